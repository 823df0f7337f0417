// A user address space: four levels of page tables.
#pragma once

#include "base/spinlock.h"
#include "hal/address_space.h"
#include "hal/x86_64/paging.h"
#include "hal/x86_64/tlb_shootdown.h"

namespace jacinth::x86_64 {

// The lower half of the topmost table is the program's; the upper half is the kernel's, the same
// everywhere and never changed after start-up.
//
// A table that has become empty stays for a while, as programs often map where they have unmapped;
// when there are many, they are taken out, and freed when no CPU can remember them any more.
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

  struct Place {
    uint64_t* entry = nullptr;
    uint64_t* parent = nullptr;
  };
  Place place_to_fill(uintptr_t at) REQUIRES(lock_);
  bool put(uint64_t& entry, uint64_t& parent, uint64_t value) REQUIRES(lock_);
  // Makes no CPU use what was changed in the range.
  void settle(uintptr_t at, size_t pages) REQUIRES(lock_);
  void reclaim_tables() REQUIRES(lock_);
  void retire_empty(PageTable* table, unsigned level, uint64_t* parent) REQUIRES(lock_);
  void free_retired();
  void free_tables(PageTable* table, unsigned level);

  SpinLock lock_{LockRank::PageTable};
  PageTable* const root_;
  const uint64_t id_;
  TlbSpace tlb_;
  size_t empty_tables_ GUARDED_BY(lock_) = 0;  // of the lowest level
  // Tables taken out by the last reclaim_tables(), linked by their first words, and the generation
  // at which no CPU remembers them.
  PageTable* retired_ = nullptr;
  uint64_t retired_at_ GUARDED_BY(lock_) = 0;
};

}  // namespace jacinth::x86_64
