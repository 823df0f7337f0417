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

  // The entry for `at`, below user_range()'s end, as this moment has it. Without the lock, so the
  // hart must have announced itself (CopyGuard, below).
  Entry look_up(uint64_t at) const;

 private:
  Table* leaf_table(uint64_t at, bool make) REQUIRES(lock_);
  void detach_empty_tables(uint64_t at) REQUIRES(lock_);
  void settle(uint64_t at, size_t pages) REQUIRES(lock_);
  void reclaim_tables() REQUIRES(lock_);
  static void free_list(Table*& list);

  SpinLock lock_{LockRank::PageTable};
  Table& root_;
  std::atomic<uint64_t> cpus_{0};  // those whose satp has it, a bit each
  hal::TlbSpace tlb_;
  // Tables taken out, linked by their first words: just now; and those to be freed when all harts
  // have seen a generation.
  Table* detached_ = nullptr;
  Table* waiting_ = nullptr;
  uint64_t waiting_for_ GUARDED_BY(lock_) = 0;
};

// While it lives, what look_up() says stays usable: whoever narrows a translation, or frees a
// table, waits until each hart has been seen outside such a time (settle()). It must be short, and
// wait for nobody.
class CopyGuard {
 public:
  explicit CopyGuard(Hart& hart) : hart_(hart) {
    if (!hart.in_company) return;
    hart_.copying.store(hart_.copying.load(std::memory_order_relaxed) + 1,
                        std::memory_order_relaxed);
    std::atomic_thread_fence(std::memory_order_seq_cst);
  }
  ~CopyGuard() {
    if (!hart_.in_company) return;
    hart_.copying.store(hart_.copying.load(std::memory_order_relaxed) + 1,
                        std::memory_order_release);
  }
  CopyGuard(const CopyGuard&) = delete;
  CopyGuard& operator=(const CopyGuard&) = delete;

 private:
  Hart& hart_;
};

}  // namespace jacinth::riscv64
