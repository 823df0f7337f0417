#include "fs/mount.h"
#include "fs/tree.h"

namespace jacinth::fs {

ErrnoOr<RefPtr<MountNamespace>> MountNamespace::create(RefPtr<Mount> root) {
  auto made = TRY(to_errno(make_ref<MountNamespace>(root)));
  LockGuard guard(MountTable::lock);
  MountTable::give_to(made.get(), *root);
  return made;
}

MountNamespace::~MountNamespace() { dissolve(std::move(root_)); }

Path MountNamespace::root() {
  LockGuard guard(MountTable::lock);
  return Path(root_, RefPtr(&root_->root()));
}

bool MountNamespace::is_root_of_mount(const Path& at) const {
  return at.mount->namespace_ == this && at.dentry.get() == &at.mount->root();
}

ErrnoOr<> MountNamespace::check_place(const Mount& mount, const Path& at) const {
  if (at.mount->namespace_ != this) return fail(Errno::INVAL);
  if (!at.dentry->is_root() && !at.dentry->named()) return fail(Errno::NOENT);
  if (at.node().is_directory() != mount.root().node().is_directory()) return fail(Errno::NOTDIR);
  return {};
}

ErrnoOr<> MountNamespace::attach(RefPtr<Mount> mount, const Path& at) {
  LockGuard guard(MountTable::lock);
  if (mount->namespace_ != nullptr) return fail(Errno::BUSY);
  TRY(check_place(*mount, at));
  MountTable::hang(std::move(mount), at, this);
  return {};
}

ErrnoOr<> MountNamespace::bind(const Path& from, const Path& at, bool recursive) {
  RefPtr<Mount> copy = MountTable::copy_of(*from.mount, *from.dentry);
  if (!copy) return fail(Errno::NOMEM);
  const auto hang = [&]() -> ErrnoOr<> {
    Epoch::Reading reading;
    LockGuard guard(MountTable::lock);
    if (from.mount->namespace_ != this) return fail(Errno::INVAL);
    TRY(check_place(*copy, at));
    if (recursive) TRY(MountTable::copy_children(*from.mount, *from.dentry, *copy));
    MountTable::hang(copy, at, this);
    return {};
  };
  const ErrnoOr<> done = hang();
  if (!done) dissolve(std::move(copy));
  return done;
}

ErrnoOr<> MountNamespace::move(const Path& at, const Path& to) {
  MountTable::Unhung taken;
  LockGuard guard(MountTable::lock);
  if (!is_root_of_mount(at) || at.mount == root_) return fail(Errno::INVAL);
  TRY(check_place(*at.mount, to));
  if (MountTable::is_below(*to.mount, *at.mount)) return fail(Errno::LOOP);
  taken = MountTable::unhang(*at.mount);
  MountTable::hang(std::move(taken.mount), to, this);
  return {};
}

ErrnoOr<> MountNamespace::unmount(const Path& at, bool detach) {
  MountTable::Unhung taken;
  {
    LockGuard guard(MountTable::lock);
    if (!is_root_of_mount(at)) return fail(Errno::INVAL);
    if (at.mount == root_) return fail(detach ? Errno::INVAL : Errno::BUSY);
    // Its parent's reference and that of `at`; children have one each as well.
    if (!detach && at.mount->ref_count() > 2) return fail(Errno::BUSY);
    taken = MountTable::unhang(*at.mount);
  }
  dissolve(std::move(taken.mount));
  return {};
}

ErrnoOr<> MountNamespace::set_flags(const Path& at, uint32_t flags) {
  LockGuard guard(MountTable::lock);
  if (!is_root_of_mount(at)) return fail(Errno::INVAL);
  at.mount->flags_.store(flags & mount_flags::kAll, std::memory_order_relaxed);
  return {};
}

ErrnoOr<> MountNamespace::pivot(const Path& new_root, const Path& put_old) {
  MountTable::Unhung taken;
  RefPtr<Mount> old;
  Epoch::Reading reading;
  LockGuard guard(MountTable::lock);
  if (new_root.mount->namespace_ != this || put_old.mount->namespace_ != this)
    return fail(Errno::INVAL);
  if (!new_root.node().is_directory() || !put_old.node().is_directory()) return fail(Errno::NOTDIR);
  if (new_root.mount == root_ || put_old.mount == root_) return fail(Errno::BUSY);
  if (!is_root_of_mount(new_root)) return fail(Errno::INVAL);
  if (!MountTable::is_below(*put_old.mount, *new_root.mount)) return fail(Errno::INVAL);
  taken = MountTable::unhang(*new_root.mount);
  old = std::move(root_);
  root_ = std::move(taken.mount);
  MountTable::hang(std::move(old), put_old, this);
  return {};
}

ErrnoOr<RefPtr<MountNamespace>> MountNamespace::clone(Path& root, Path& directory) {
  RefPtr<Mount> copy = MountTable::copy_of(*this->root().mount, this->root().mount->root());
  if (!copy) return fail(Errno::NOMEM);
  ErrnoOr<> copied;
  {
    Epoch::Reading reading;
    LockGuard guard(MountTable::lock);
    copied = MountTable::copy_children(*root_, root_->root(), *copy);
  }
  ErrnoOr<RefPtr<MountNamespace>> made = fail(Errno::NOMEM);
  if (copied) made = MountNamespace::create(copy);
  if (!made) {
    dissolve(std::move(copy));
    return made;
  }
  // Both trees have the same shape: the n-th mount of one is the copy of the n-th of the other.
  const auto counterpart = [&](Path& place) {
    RefPtr<Mount> found;
    {
      LockGuard guard(MountTable::lock);
      Mount* theirs = copy.get();
      for (Mount* ours = root_.get(); ours != nullptr && theirs != nullptr;
           ours = MountTable::next(*root_, *ours), theirs = MountTable::next(*copy, *theirs)) {
        if (ours == place.mount.get()) found = RefPtr(theirs);
      }
    }
    if (found) place.mount = std::move(found);
  };
  counterpart(root);
  counterpart(directory);
  return made;
}

}  // namespace jacinth::fs
