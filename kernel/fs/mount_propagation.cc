// What is mounted and unmounted in one mount, and shows in others as well.
#include "fs/mount.h"
#include "fs/tree.h"

namespace jacinth::fs {
namespace {

constinit std::atomic<uint64_t> next_group{1};

}  // namespace

PeerGroup::PeerGroup() : id_(next_group.fetch_add(1, std::memory_order_relaxed)) {}

// --- Who belongs together

void MountTable::join(Mount& mount, const RefPtr<PeerGroup>& group) {
  mount.group_ = group;
  group->members_.push_back(mount);
}

void MountTable::follow(Mount& mount, const RefPtr<PeerGroup>& master) {
  mount.master_ = master;
  master->slaves_.push_back(mount);
}

void MountTable::leave_master(Mount& mount) {
  if (!mount.master_) return;
  mount.master_->slaves_.erase(mount.master_->slaves_.iterator_to(mount));
  mount.master_ = nullptr;
}

// Without members a group has nothing to tell: its slaves follow whom the last member followed.
void MountTable::leave_group(Mount& mount) {
  const RefPtr<PeerGroup> group = std::move(mount.group_);
  if (!group) return;
  group->members_.erase(group->members_.iterator_to(mount));
  if (!group->members_.empty()) return;
  while (!group->slaves_.empty()) {
    Mount& slave = group->slaves_.front();
    group->slaves_.pop_front();
    slave.master_ = nullptr;
    if (mount.master_) follow(slave, mount.master_);
  }
}

void MountTable::make_private(Mount& mount) {
  leave_group(mount);
  leave_master(mount);
  mount.unbindable_ = false;
}

ErrnoOr<> MountTable::make_shared(Mount& mount) {
  if (!mount.group_) join(mount, TRY(to_errno(make_ref<PeerGroup>())));
  mount.unbindable_ = false;
  return {};
}

// One without peers has nobody to follow but whom it follows already.
void MountTable::make_slave(Mount& mount) {
  mount.unbindable_ = false;
  const RefPtr<PeerGroup> group = mount.group_;
  if (!group) return;
  leave_group(mount);
  if (group->members_.empty()) return;
  leave_master(mount);
  follow(mount, group);
}

ErrnoOr<> MountTable::set_propagation(Mount& mount, Propagation how) {
  if (how == Propagation::Shared) return make_shared(mount);
  if (how == Propagation::Slave) {
    make_slave(mount);
    return {};
  }
  make_private(mount);
  mount.unbindable_ = how == Propagation::Unbindable;
  return {};
}

ErrnoOr<> MountTable::relate(Mount& copy, const Mount& original, Kinship how) {
  if (how == Kinship::Equal) {
    if (original.group_) join(copy, original.group_);
    if (original.master_) follow(copy, original.master_);
    copy.unbindable_ = original.unbindable_;
    return {};
  }
  follow(copy, original.group_);
  return how == Kinship::SharedSlave ? make_shared(copy) : ErrnoOr<>();
}

ErrnoOr<> MountTable::check_move(Mount& mount, const Path& to) {
  if (mount.parent_->group_) return fail(Errno::INVAL);
  for (Mount* at = &mount; to.mount->group_ && at != nullptr; at = next(mount, *at)) {
    if (at->unbindable_) return fail(Errno::INVAL);
  }
  return is_below(*to.mount, mount) ? fail(Errno::LOOP) : ErrnoOr<>();
}

// --- Telling others

template <typename F>
void MountTable::for_each_receiver(Mount& from, F&& visit) {
  PeerGroup* last = from.group_.get();
  if (last == nullptr) return;
  const uint64_t round = ++rounds;
  last->enter(round);
  for (PeerGroup* group = last; group != nullptr; group = group->next_) {
    for (Mount& member : group->members_) {
      if (&member != &from) visit(member, *group, false);
    }
    for (Mount& slave : group->slaves_) {
      PeerGroup* const further = slave.group_.get();
      if (further == nullptr) {
        visit(slave, *group, true);
      } else if (further->round_ != round) {
        further->enter(round);
        further->model_ = group;
        last = last->next_ = further;
      }
    }
  }
}

// Who sees `point`, of the file system that it shares with them.
bool MountTable::shows(const Mount& mount, const Dentry& point) {
  return mount.namespace_ != nullptr && Tree::is_below(point, mount.root());
}

// A group's model is the mount whose copies its members get: at first, until there is one that is
// the group's own, that of the group it follows.
ErrnoOr<> MountTable::plan(Mount& top, const Path& at, Vector<Planned>& planned) {
  PeerGroup* const first = at.mount->group_.get();
  if (first == nullptr) return {};
  for (Mount* each = &top; each != nullptr; each = next(top, *each)) TRY(make_shared(*each));
  ErrnoOr<> outcome;
  for_each_receiver(*at.mount, [&](Mount& mount, PeerGroup& group, bool slave) {
    if (outcome && shows(mount, *at.dentry))
      outcome = to_errno(planned.push_back({.at = Path(RefPtr(&mount), at.dentry),
                                            .group = RefPtr(&group),
                                            .slave = slave,
                                            .tree = nullptr}));
  });
  TRY(std::move(outcome));
  first->copied_ = &top;
  for (Planned& each : planned) {
    const PeerGroup* model = each.group.get();
    while (model->copied_ == nullptr) model = model->model_;
    const bool own = model == each.group.get();
    const Kinship how = each.slave ? Kinship::Slave : own ? Kinship::Equal : Kinship::SharedSlave;
    Mount& original = *model->copied_;
    each.tree = copy_of(original, original.root());
    if (!each.tree) return fail(Errno::NOMEM);
    TRY(relate(*each.tree, original, how));
    TRY(copy_children(original, original.root(), *each.tree, how, Unbindable::Left));
    if (!own && !each.slave) each.group->copied_ = each.tree.get();
  }
  return {};
}

void MountTable::carry_out(Vector<Planned>& planned) {
  for (Planned& each : planned) hang(std::move(each.tree), each.at, each.at.mount->namespace_);
}

Mount* MountTable::told_of(Mount& parent, const Dentry& point, Which which) {
  Mount* found = nullptr;
  for_each_receiver(parent, [&](Mount& mount, PeerGroup&, bool) {
    for (Mount& child : mount.children_) {
      // Where something else has been mounted in it since, it stays.
      if (found != nullptr || child.point_ != &point || !child.children_.empty()) continue;
      if (which == Which::Any || child.ref_count() > 1) found = &child;
    }
  });
  return found;
}

}  // namespace jacinth::fs
