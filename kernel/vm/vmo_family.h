// VmoFamily: the VMOs that come from one another by create_child(), and the lock they share.
#pragma once

#include <cstdint>

#include "base/intrusive.h"
#include "base/ref_ptr.h"
#include "base/spinlock.h"

namespace jacinth::vm {

// A VMO as its family knows it: by a number that is never used again. Frames say by it who is
// charged for them.
class FamilyMember {
 protected:
  FamilyMember() = default;
  ~FamilyMember() = default;
  uint64_t member_id_ = 0;

 private:
  friend class VmoFamily;
  struct IdOf {
    using type = uint64_t;
    uint64_t operator()(const FamilyMember& member) const { return member.member_id_; }
  };
  TreeHook member_link_;
};

// Snapshots share page-tree nodes, slices share pages, and a child may outlive its parent: one lock
// over all of them keeps every such relation simple. Unrelated VMOs share nothing.
class VmoFamily final : public RefCounted {
 public:
  SpinLock lock{LockRank::Vmo};

  void join(FamilyMember& member) REQUIRES(lock) {
    member.member_id_ = next_id_++;
    members_.insert(member);
  }
  void leave(FamilyMember& member) REQUIRES(lock) { members_.erase(members_.iterator_to(member)); }
  bool has(uint64_t id) REQUIRES(lock) { return members_.find(id) != members_.end(); }

  // How often frames that live on have lost the member charged for them. The next member that
  // counts what it is charged for claims those that it has.
  uint64_t orphanings() REQUIRES(lock) { return orphanings_; }
  void note_orphans() REQUIRES(lock) { ++orphanings_; }

 private:
  uint64_t next_id_ GUARDED_BY(lock) = 1;
  uint64_t orphanings_ GUARDED_BY(lock) = 0;
  IntrusiveTree<FamilyMember, &FamilyMember::member_link_, FamilyMember::IdOf> members_
      GUARDED_BY(lock);
};

}  // namespace jacinth::vm
