// A user address space: four levels of page tables.
#pragma once

#include "base/spinlock.h"
#include "hal/address_space.h"
#include "hal/bare_common/tlb_shootdown.h"
#include "hal/x86_64/io_ports.h"
#include "hal/x86_64/paging.h"

namespace jacinth::x86_64 {

// The lower half of the topmost table is the program's; the upper half is the kernel's, the same
// everywhere and never changed after start-up.
//
// A table that has become empty stays for a while, as programs often map where they have unmapped;
// then it is taken out, and freed when no CPU can remember it any more.
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

  // hal::set_io_ports().
  Result<> set_ports(uint32_t first, uint32_t count, bool allowed);

 private:
  explicit PageTables(PageTable* root);

  struct Place {
    uint64_t* entry = nullptr;
    uint64_t* parent = nullptr;
  };
  Place place_to_fill(uintptr_t at) REQUIRES(lock_);
  bool put(uintptr_t at, uint64_t& entry, uint64_t& parent, uint64_t value) REQUIRES(lock_);
  // Makes no CPU use what was changed in the range.
  void settle(uintptr_t at, size_t pages) REQUIRES(lock_);
  void reclaim_tables() REQUIRES(lock_);
  void note_empty(uintptr_t at) REQUIRES(lock_);
  void retire_empty(uintptr_t at) REQUIRES(lock_);
  static void free_list(PageTable*& list);
  PortMap* find_or_make_ports();
  void free_tables(PageTable* table, unsigned level);

  SpinLock lock_{LockRank::PageTable};
  PageTable* const root_;
  const uint64_t id_;
  hal::TlbSpace tlb_;
  // An address in each of the lowest tables that became empty last; 0: none. They may be in use
  // again, or gone.
  static constexpr size_t kKeptEmpty = 4;
  uintptr_t emptied_[kKeptEmpty] GUARDED_BY(lock_) = {};
  size_t next_emptied_ GUARDED_BY(lock_) = 0;
  // Tables taken out, linked by their first words: just now; and those to be freed when all CPUs
  // have seen a generation.
  PageTable* unlinked_ = nullptr;
  PageTable* waiting_ = nullptr;
  uint64_t waiting_for_ GUARDED_BY(lock_) = 0;
  // Null: no ports. Made once.
  std::atomic<PortMap*> ports_{nullptr};
};

}  // namespace jacinth::x86_64
