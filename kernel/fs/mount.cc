#include "fs/mount.h"

#include <algorithm>

#include "fs/tree.h"

namespace jacinth::fs {
namespace {

constinit std::atomic<uint64_t> next_id{1};
constinit std::atomic<uint64_t> place_changes{0};

}  // namespace

constinit SpinLock MountTable::lock{LockRank::FsMounts};
constinit uint64_t MountTable::rounds = 0;

Mount::Mount(RefPtr<FileSystem> file_system, RefPtr<Dentry> root, uint32_t flags)
    : file_system_(std::move(file_system)),
      root_(std::move(root)),
      id_(next_id.fetch_add(1, std::memory_order_relaxed)),
      flags_(flags) {}

Mount::~Mount() {
  ASSERT(children_.empty() && !parent_ && !group_ && !master_);
  file_system_->end_use();
}

Mount::Sharing Mount::sharing() const {
  return {.group = group_ ? group_->id() : 0,
          .master = master_ ? master_->id() : 0,
          .unbindable = unbindable_};
}

ErrnoOr<RefPtr<Mount>> Mount::create(RefPtr<FileSystem> file_system, RefPtr<Dentry> root,
                                     uint32_t flags, std::string_view source) {
  FileSystem& used = *file_system;
  if (!used.begin_use()) return fail(Errno::NODEV);
  auto* mount = new (std::nothrow) Mount(std::move(file_system), std::move(root), flags);
  if (mount == nullptr) {
    used.end_use();
    return fail(Errno::NOMEM);
  }
  std::copy_n(source.begin(), std::min(source.size(), mount->source_.size() - 1),
              mount->source_.begin());
  return RefPtr<Mount>::adopt(mount);
}

// --- what walks ask ---

Mount* MountTable::mounted_at(Mount& mount, const Dentry& dentry) {
  LockGuard guard(lock);
  for (Mount& child : mount.children_) {
    if (child.point_ == &dentry) return &child;
  }
  return nullptr;
}

MountTable::Point MountTable::point_of(Mount& mount) {
  LockGuard guard(lock);
  return {.mount = mount.parent_.get(), .dentry = mount.point_.get()};
}

uint64_t MountTable::changes() { return place_changes.load(std::memory_order_acquire); }

// --- changes ---

void MountTable::hang(RefPtr<Mount> mount, const Path& at, MountNamespace* in) {
  ASSERT(!mount->parent_);
  mount->parent_ = at.mount;
  mount->point_ = at.dentry;
  give_to(in, *mount);
  at.dentry->mounts_.fetch_add(1, std::memory_order_release);
  place_changes.fetch_add(1, std::memory_order_release);
  at.mount->children_.push_back(*mount.leak());  // the parent's now
}

MountTable::Unhung MountTable::unhang(Mount& mount) {
  Unhung taken{.mount = RefPtr<Mount>::adopt(&mount),
               .parent = std::move(mount.parent_),
               .point = std::move(mount.point_)};
  taken.point->mounts_.fetch_sub(1, std::memory_order_release);
  place_changes.fetch_add(1, std::memory_order_release);
  taken.parent->children_.erase(taken.parent->children_.iterator_to(mount));
  return taken;
}

Mount* MountTable::first_leaf(Mount& top) {
  Mount* at = &top;
  while (!at->children_.empty()) at = &at->children_.front();
  return at;
}

Mount* MountTable::told_of_same(Mount& mount) {
  return told_of(*mount.parent_, *mount.point_, Which::Any);
}

Mount* MountTable::next(Mount& top, Mount& at) {
  if (!at.children_.empty()) return &at.children_.front();
  for (Mount* up = &at; up != &top; up = up->parent_.get()) {
    auto after = std::next(up->parent_->children_.iterator_to(*up));
    if (after != up->parent_->children_.end()) return &*after;
  }
  return nullptr;
}

void MountTable::give_to(MountNamespace* owner, Mount& top) {
  for (Mount* at = &top; at != nullptr; at = next(top, *at)) at->namespace_ = owner;
}

bool MountTable::is_below(const Mount& mount, const Mount& ancestor) {
  for (const Mount* at = &mount; at != nullptr; at = at->parent_.get()) {
    if (at == &ancestor) return true;
  }
  return false;
}

RefPtr<Mount> MountTable::copy_of(Mount& original, Dentry& root) {
  auto copy = Mount::create(RefPtr(&original.file_system()), RefPtr(&root), original.flags(),
                            original.source());
  return copy ? *std::move(copy) : nullptr;
}

// Walks the original tree; every mount met has its parent's copy made already, which is found by
// climbing in step.
ErrnoOr<> MountTable::copy_children(Mount& from, const Dentry& below, Mount& to, Kinship how,
                                    Unbindable unbindable) {
  Mount* parent_copy = &to;
  for (Mount* at = from.children_.empty() ? nullptr : &from.children_.front(); at != nullptr;) {
    const bool wanted = (at->parent_ != &from || Tree::is_below(*at->point_, below)) &&
                        (!at->unbindable_ || unbindable == Unbindable::Copied);
    Mount* copied = nullptr;
    if (wanted) {
      RefPtr<Mount> copy = copy_of(*at, at->root());
      if (!copy) return fail(Errno::NOMEM);
      TRY(relate(*copy, *at, how));
      copied = copy.get();
      hang(std::move(copy), Path(RefPtr(parent_copy), at->point_), nullptr);
    }
    if (wanted && !at->children_.empty()) {
      at = &at->children_.front();
      parent_copy = copied;
      continue;
    }
    while (at != &from &&
           std::next(at->parent_->children_.iterator_to(*at)) == at->parent_->children_.end()) {
      at = at->parent_.get();
      if (at != &from) parent_copy = parent_copy->parent_.get();
    }
    if (at == &from) break;
    at = &*std::next(at->parent_->children_.iterator_to(*at));
  }
  return {};
}

namespace {

// The next mount to take out of `top`, with the copies of it that others have first; empty: `top`
// itself is all that is left.
MountTable::Unhung take_leaf(Mount& top, Tell whom) REQUIRES(MountTable::lock) {
  Mount* at = MountTable::first_leaf(top);
  if (whom == Tell::Peers && at != &top) {
    if (Mount* const other = MountTable::told_of_same(*at)) at = other;
  }
  MountTable::give_to(nullptr, *at);
  MountTable::make_private(*at);
  if (at == &top) return {};
  return MountTable::unhang(*at);
}

}  // namespace

void dissolve(RefPtr<Mount> top, Tell whom) {
  for (;;) {
    MountTable::Unhung leaf;
    LockGuard guard(MountTable::lock);
    leaf = take_leaf(*top, whom);
    if (!leaf.mount) return;
  }
}

}  // namespace jacinth::fs
