// A guest address space: a host process whose mappings follow a table.
//
// Invariant (under the lock): while the space is active on some CPU, its host process agrees with
// the table wherever it maps anything. While it is active nowhere, changes only mark their ranges
// dirty; activate() then makes the host process agree. A host process may lack what the table has
// only in dirty ranges, so the table can be asked at any time.
#pragma once

#include "base/spinlock.h"
#include "hal/address_space.h"
#include "hal/host/call_patches.h"
#include "hal/host/mapping_table.h"
#include "hal/host/processes.h"

namespace jacinth::host {

class HostAddressSpace final : public hal::AddressSpace {
 public:
  explicit HostAddressSpace(HostProcess& process) : process_(process) {}
  ~HostAddressSpace() override;

  Result<> map(VirtAddr at, PhysAddr memory, size_t pages, hal::Access access,
               hal::CachePolicy policy) override;
  void unmap(VirtAddr at, size_t pages) override;
  void protect(VirtAddr at, size_t pages, hal::Access access) override;
  std::optional<hal::Translation> query(VirtAddr at) override;
  void activate() override;
  void abandon() override;
  bool is_call_worth_speeding_up(const hal::UserContext& caller) override;
  void speed_up_call(hal::UserContext& caller) override;

  // Takes the current CPU's mark off.
  void deactivate();

  // Of call_patches.h; on a CPU that has this space active.
  void forbid_call_patches();
  uint64_t moved_to(uint64_t pc);
  uint64_t origin_of(uint64_t pc);
  // Changes whenever what is behind moved_to() may have become another instruction.
  uint32_t code_generation() const { return code_generation_.load(std::memory_order_relaxed); }

 private:
  // Makes the host process agree with the table in `range`: now if the space is active, wherever
  // that is, or else when it becomes so. `fresh`: the range has just been mapped whole, so that
  // nothing needs to be removed first.
  bool settle(Range range, bool fresh) REQUIRES(lock_);
  // The same by apply_it(), which is called inside the host process, if now.
  template <typename F>
  bool settle_by(Range range, F&& apply_it) REQUIRES(lock_);
  bool is_active_here() const REQUIRES(lock_);
  // Inside the host process, with the lock held by whoever asks. False: the host has no room.
  bool apply(Range range, bool fresh) NO_THREAD_SAFETY_ANALYSIS;
  // Gives what the range maps this access. False: perhaps not all of it, no room.
  bool change_access(Range range, hal::Access access) REQUIRES(lock_);
  // Inside the host process, before the table says so.
  bool apply_access(Range range, hal::Access access) NO_THREAD_SAFETY_ANALYSIS;
  // The host allows only so many mappings: start over. What is lost comes back by faults.
  void forget_all() REQUIRES(lock_);
  // `range` is about to be mapped to `memory` with this access, or to nothing. True: there were
  // some.
  bool forget_patches(Range range, uint64_t memory, hal::Access access) REQUIRES(lock_);
  void finish_forgetting() REQUIRES(lock_);

  HostProcess& process_;
  SpinLock lock_{LockRank::PageTable};
  MappingTable table_ GUARDED_BY(lock_);
  RangeSet dirty_ GUARDED_BY(lock_);
  uint64_t active_cpus_ GUARDED_BY(lock_) = 0;
  bool blank_ GUARDED_BY(lock_) = true;               // never active yet
  UniquePtr<CallPatches> patches_ GUARDED_BY(lock_);  // made at the first slow call
  std::atomic<uint32_t> code_generation_{1};
};

}  // namespace jacinth::host
