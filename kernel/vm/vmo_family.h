// VmoFamily: the VMOs that come from one another by create_child(), and the lock they share.
#pragma once

#include <cstdint>

#include "base/intrusive.h"
#include "base/ref_ptr.h"
#include "base/spinlock.h"

namespace jacinth::vm {

class Vmo;

// Snapshots share page-tree nodes, slices share pages, and a child may outlive its parent: one lock
// over all of them keeps every such relation simple. Unrelated VMOs share nothing.
class VmoFamily final : public RefCounted {
 public:
  SpinLock lock{LockRank::Vmo};

 private:
  friend class Vmo;

  uint64_t next_id_ GUARDED_BY(lock) = 1;
  // Rises whenever frames may have lost the member that is charged for them.
  uint64_t orphanings_ GUARDED_BY(lock) = 0;
};

}  // namespace jacinth::vm
