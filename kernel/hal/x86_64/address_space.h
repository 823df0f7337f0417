// A user address space: four levels of page tables.
#pragma once

#include "base/spinlock.h"
#include "hal/address_space.h"
#include "hal/bare_common/tlb_shootdown.h"
#include "hal/x86_64/paging.h"

namespace jacinth::x86_64 {

// The lower half of the topmost table is the program's; the upper half is the kernel's, the same
// everywhere and never changed after start-up.
//
// Tables stay until the space dies: a CPU in the kernel may still walk them on its own account, and
// is not interrupted for what it cannot use otherwise (bare_common/tlb_shootdown.h).
class PageTables final : public hal::AddressSpace {
 public:
  // NO_MEMORY.
  static Result<RefPtr<hal::AddressSpace>> create();
  ~PageTables() override;

  Result<> map(VirtAddr at, PhysAddr memory, size_t pages, hal::Access access,
               hal::CachePolicy policy) override;
  void unmap(VirtAddr at, size_t pages) override;
  void protect(VirtAddr at, size_t pages, hal::Access access) override;
  std::optional<hal::Translation> query(VirtAddr at) override;
  void activate() override;

  // Never given twice, so that what a CPU still holds of an old space is not taken for a new one's.
  uint64_t id() const { return id_; }

 private:
  explicit PageTables(PageTable* root);

  uint64_t* entry_to_fill(uintptr_t at) REQUIRES(lock_);
  // Makes no CPU hold what was changed in the range.
  void settle(uintptr_t at, size_t pages) REQUIRES(lock_);
  void free_tables(PageTable* table, unsigned level);

  SpinLock lock_{LockRank::PageTable};
  PageTable* const root_;
  const uint64_t id_;
  hal::TlbSpace tlb_;
};

}  // namespace jacinth::x86_64
