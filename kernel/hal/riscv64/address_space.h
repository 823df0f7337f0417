// A program's address space: tables of its own below, the kernel's half above.
#pragma once

#include <atomic>

#include "base/spinlock.h"
#include "hal/address_space.h"
#include "hal/riscv64/hart.h"
#include "hal/riscv64/paging.h"

namespace jacinth::riscv64 {

class HardwareSpace final : public hal::AddressSpace {
 public:
  explicit HardwareSpace(Table& root) : root_(root) {}
  ~HardwareSpace() override;

  Result<> map(VirtAddr at, PhysAddr memory, size_t pages, hal::Access access,
               hal::CachePolicy policy) override;
  void unmap(VirtAddr at, size_t pages) override;
  void protect(VirtAddr at, size_t pages, hal::Access access) override;
  std::optional<hal::Translation> query(VirtAddr at) override;
  void activate() override;
  void deactivate();

  // The entry for `at` as this moment has it, without the lock: for faults, and for copies, which
  // announce themselves first (user_copy.cc). `at` is below user_range()'s end.
  Entry look_up(uint64_t at) const;

 private:
  Table* leaf_table(uint64_t at, bool make) REQUIRES(lock_);
  void settle(uint64_t at, size_t pages) REQUIRES(lock_);

  SpinLock lock_{LockRank::PageTable};
  Table& root_;
  std::atomic<uint64_t> cpus_{0};  // those whose satp has it, a bit each
};

}  // namespace jacinth::riscv64
