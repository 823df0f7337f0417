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

ErrnoOr<> MountNamespace::hang_everywhere(const RefPtr<Mount>& mount, const Path& at, bool moved) {
  Vector<MountTable::Planned> planned;
  const auto hang = [&]() -> ErrnoOr<> {
    MountTable::Unhung taken;
    Epoch::Reading reading;
    LockGuard guard(MountTable::lock);
    TRY(check_place(*mount, at));
    if (moved && (mount->namespace_ != this || mount == root_)) return fail(Errno::INVAL);
    if (moved) TRY(MountTable::check_move(*mount, at));
    TRY(MountTable::plan(*mount, at, planned));
    if (moved) taken = MountTable::unhang(*mount);
    MountTable::hang(mount, at, this);
    MountTable::carry_out(planned);
    return {};
  };
  const ErrnoOr<> done = hang();
  for (MountTable::Planned& each : planned) {
    if (each.tree) dissolve(std::move(each.tree));
  }
  return done;
}

ErrnoOr<> MountNamespace::attach(RefPtr<Mount> mount, const Path& at) {
  {
    LockGuard guard(MountTable::lock);
    if (mount->namespace_ != nullptr) return fail(Errno::BUSY);
  }
  const auto done = hang_everywhere(mount, at, false);
  if (!done) dissolve(std::move(mount));
  return done;
}

ErrnoOr<> MountNamespace::bind(const Path& from, const Path& at, bool recursive) {
  RefPtr<Mount> copy = MountTable::copy_of(*from.mount, *from.dentry);
  if (!copy) return fail(Errno::NOMEM);
  const auto copy_rest = [&]() -> ErrnoOr<> {
    Epoch::Reading reading;
    LockGuard guard(MountTable::lock);
    if (from.mount->namespace_ != this || from.mount->unbindable_) return fail(Errno::INVAL);
    TRY(MountTable::relate(*copy, *from.mount, MountTable::Kinship::Equal));
    if (!recursive) return {};
    return MountTable::copy_children(*from.mount, *from.dentry, *copy, MountTable::Kinship::Equal,
                                     MountTable::Unbindable::Left);
  };
  ErrnoOr<> done = copy_rest();
  if (done) done = hang_everywhere(copy, at, false);
  if (!done) dissolve(std::move(copy));
  return done;
}

ErrnoOr<> MountNamespace::move(const Path& at, const Path& to) {
  {
    LockGuard guard(MountTable::lock);
    if (!is_root_of_mount(at) || at.mount == root_) return fail(Errno::INVAL);
  }
  return hang_everywhere(at.mount, to, true);
}

ErrnoOr<> MountNamespace::unmount(const Path& at, bool detach) {
  MountTable::Unhung taken;
  {
    LockGuard guard(MountTable::lock);
    if (!is_root_of_mount(at)) return fail(Errno::INVAL);
    if (at.mount == root_) return fail(detach ? Errno::INVAL : Errno::BUSY);
    // Its parent's reference and that of `at`; children have one each as well.
    const bool used =
        at.mount->ref_count() > 2 || MountTable::told_of(*at.mount->parent_, *at.mount->point_,
                                                         MountTable::Which::InUse) != nullptr;
    if (!detach && used) return fail(Errno::BUSY);
    taken = MountTable::unhang(*at.mount);
  }
  // What hangs in it goes first, so that the others' copies are empty as well by then.
  dissolve(std::move(taken.mount), Tell::Peers);
  unmount_elsewhere(*taken.parent, *taken.point);
  return {};
}

void MountNamespace::unmount_elsewhere(Mount& parent, const Dentry& point) {
  for (;;) {
    MountTable::Unhung taken;
    {
      LockGuard guard(MountTable::lock);
      Mount* const other = MountTable::told_of(parent, point, MountTable::Which::Any);
      if (other == nullptr) return;
      taken = MountTable::unhang(*other);
    }
    dissolve(std::move(taken.mount));
  }
}

ErrnoOr<> MountNamespace::set_propagation(const Path& at, Propagation how, bool recursive) {
  LockGuard guard(MountTable::lock);
  if (!is_root_of_mount(at)) return fail(Errno::INVAL);
  Mount& top = *at.mount;
  for (Mount* each = &top; each != nullptr;
       each = recursive ? MountTable::next(top, *each) : nullptr)
    TRY(MountTable::set_propagation(*each, how));
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
  if (put_old.mount->group_ || new_root.mount->parent_->group_) return fail(Errno::INVAL);
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
    copied = MountTable::relate(*copy, *root_, MountTable::Kinship::Equal);
    if (copied)
      copied = MountTable::copy_children(*root_, root_->root(), *copy, MountTable::Kinship::Equal,
                                         MountTable::Unbindable::Copied);
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
