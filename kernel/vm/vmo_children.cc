// Parents and children, and which of them is charged for the frames they share.
#include <algorithm>

#include "base/check.h"
#include "vm/vmo.h"
#include "vm/vmo_window_walk.h"

namespace jacinth::vm {

Result<> Vmo::check_slice(uint64_t offset, uint64_t size) {
  if (!check_range(offset, size)) return fail(Status::InvalidArgs);
  if (resizable()) return fail(Status::NotSupported);
  const bool cached = cache_policy_locked() == hal::CachePolicy::Cached;
  if (!cached && store().kind_ == Kind::Paged) return fail(Status::BadState);
  return {};
}

Result<> Vmo::check_snapshot(ChildKind kind) {
  Vmo& pages = store();
  pages.lock().assert_held();
  const bool has_source = pages.source_ || pages.backing_;
  if (has_source && kind == ChildKind::Snapshot) return fail(Status::NotSupported);
  if (pages.kind_ == Kind::Physical) return fail(Status::NotSupported);
  if (pages.kind_ == Kind::Contiguous) return fail(Status::InvalidArgs);
  // What is pinned must stay where it is, so it cannot be copied on write.
  if (pages.policy_ != hal::CachePolicy::Cached || pages.pins_ != 0) return fail(Status::BadState);
  return {};
}

// Without a page source both kinds of snapshot are the same: every page has been decided already.
Result<RefPtr<Vmo>> Vmo::create_child(ChildKind kind, uint64_t offset, uint64_t size,
                                      Resizable resizable) {
  const bool slice = kind == ChildKind::Slice;
  if (!is_page_aligned(offset)) return fail(Status::InvalidArgs);
  if (slice && resizable == Resizable::Yes) return fail(Status::InvalidArgs);
  uint64_t end = 0;
  if (size > kMaxSize || __builtin_add_overflow(offset, page_ceil(size), &end))
    return fail(Status::OutOfRange);
  const Kind child_kind = slice ? store().kind_ : Kind::Paged;
  auto child = TRY(make_ref<Vmo>(child_kind, resizable, family_, size));
  VmoObserver* observer = nullptr;
  RefPtr<RefCounted> held;
  {
    LockGuard guard(lock());
    child->lock().assert_held();
    Vmo& pages = store();
    pages.lock().assert_held();
    const uint64_t first = root_page_ + (offset >> kPageShift);
    if (slice) {
      TRY(check_slice(offset, child->size_));
      child->root_ = RefPtr(&pages);
      child->root_page_ = first;
      pages.slices_.push_back(*child);
    } else {
      TRY(check_snapshot(kind));
      const uint64_t visible = offset < size_ ? std::min(child->size_, size_ - offset) : 0;
      const uint64_t count = visible >> kPageShift;
      child->snapshot_ = true;
      // What has a source keeps its pages to itself: see vmo_paging.cc.
      if (!pages.source_) TRY(pages.share_pages(first, count, *child));
      pages.lend_backing(first, count, *child);
    }
    child->parent_koid_ = koid();
    adopt(*child);
    if (child_count_ == 1) held = hold_observer(observer);
  }
  if (held) observer->on_children_changed();
  return child;
}

// Gives `child` a snapshot of the pages. From here on neither may write to what both have.
Result<> Vmo::share_pages(uint64_t first, uint64_t count, Vmo& child) {
  child.tree_ = TRY(tree_.snapshot(first, count));
  if (child.tree_.empty()) return {};
  for_each_window(first, count, [](VmoWindow& window, uint64_t from, uint64_t pages) {
    window.forbid_writes(from, pages);
  });
  return {};
}

void Vmo::adopt(Vmo& child) {
  child.lock().assert_held();
  child.parent_ = this;
  children_.push_back(child);
  ++child_count_;
}

// Null when there is no observer, or it is on its way out.
RefPtr<RefCounted> Vmo::hold_observer(VmoObserver*& observer) {
  observer = observer_;
  return observer == nullptr ? nullptr : observer->hold();
}

void Vmo::set_observer(VmoObserver* observer) {
  LockGuard guard(lock());
  observer_ = observer;
}

// A dying child's children become this VMO's. Holds the observer when there are none now.
RefPtr<RefCounted> Vmo::lose_child(Vmo& child, VmoObserver*& observer) {
  child.lock().assert_held();
  children_.erase(children_.iterator_to(child));
  --child_count_;
  while (!child.children_.empty()) {
    Vmo& orphan = child.children_.front();
    child.children_.pop_front();
    adopt(orphan);
  }
  return child_count_ == 0 ? hold_observer(observer) : nullptr;
}

void Vmo::lose_slice(Vmo& slice) { slices_.erase(slices_.iterator_to(slice)); }

// The last of a VMO: its children go to its parent, its frames to whoever has them too.
void Vmo::leave_family() {
  VmoObserver* observer = nullptr;
  RefPtr<RefCounted> held;
  {
    LockGuard guard(lock());
    ASSERT(windows_.empty() && slices_.empty() && clones_.empty());
    if (root_) {
      root_->lock().assert_held();
      root_->lose_slice(*this);
    }
    if (backing_) {
      backing_->lock().assert_held();
      backing_->clones_.erase(backing_->clones_.iterator_to(*this));
    }
    if (parent_ != nullptr) {
      parent_->lock().assert_held();
      held = parent_->lose_child(*this, observer);
    }
    while (!children_.empty()) {
      Vmo& child = children_.front();
      child.lock().assert_held();
      child.parent_ = nullptr;
      children_.pop_front();
    }
    family_->leave(*this);
    if (charged_ != 0) family_->note_orphans();
  }
  if (held) observer->on_children_changed();
}

// --- Who is charged
// -------------------------------------------------------------------------------
//
// A frame names as its owner the member that is charged for it. An owner that lives has the frame
// in its tree. When it lets go of a frame that others have too, or dies, the frame is an orphan,
// and belongs to the first member that counts.

void Vmo::charge(Frame& frame) {
  frame.owner_ = member_id_;
  ++charged_;
}

// This VMO lets go of `frame`; `last`: nobody else has it.
void Vmo::discharge(Frame& frame, bool last) {
  if (frame.owner_ != member_id_) return;
  --charged_;
  frame.owner_ = 0;
  if (!last) family_->note_orphans();
}

void Vmo::claim_orphans() {
  if (claimed_at_ == family_->orphanings()) return;
  claimed_at_ = family_->orphanings();
  uint64_t living_owner = member_id_;  // the last one seen: neighbours most often have the same
  tree_.for_each(0, PageTree::kMaxPages, [&](uint64_t, PageTree::Page page) {
    lock().assert_held();
    const uint64_t owner = page.frame->owner_;
    if (owner == member_id_ || owner == living_owner) return true;
    if (owner != 0 && family_->has(owner)) {
      living_owner = owner;
    } else {
      charge(*page.frame);
    }
    return true;
  });
}

}  // namespace jacinth::vm
