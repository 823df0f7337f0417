#include "hal/x86_64/address_space.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/check.h"
#include "base/heap.h"
#include "hal/x86_64/cpu_local.h"
#include "hal/x86_64/features.h"
#include "hal/x86_64/layout.h"
#include "hal/x86_64/processor.h"

namespace jacinth::x86_64 {
namespace {

constexpr uint64_t kTableFlags = kPagePresent | kPageWritable | kPageUser;
// Beyond so many pages it is cheaper to drop all translations than each by itself.
constexpr size_t kMostSinglePages = 32;
// CR3's lowest bits name the context; the topmost keeps what the CPU holds under that name.
constexpr uint64_t kKeepTranslations = uint64_t{1} << 63;

constinit std::atomic<uint64_t> last_id{0};

// An access right without reading is none: the hardware cannot write or execute without.
uint64_t flags_of(hal::Access access) {
  if (access == hal::Access::None) return 0;
  uint64_t flags = kPagePresent | kPageUser;
  if (hal::includes(access, hal::Access::Write)) flags |= kPageWritable;
  if (!hal::includes(access, hal::Access::Execute)) flags |= kPageNoExecute;
  return flags;
}

hal::Access access_of(uint64_t entry) {
  hal::Access access = hal::Access::Read;
  if ((entry & kPageWritable) != 0) access = access | hal::Access::Write;
  if ((entry & kPageNoExecute) == 0) access = access | hal::Access::Execute;
  return access;
}

uint64_t flags_of(hal::CachePolicy policy) {
  switch (policy) {
    case hal::CachePolicy::Cached:
      return 0;
    case hal::CachePolicy::Uncached:
      return kPageUncached;
    case hal::CachePolicy::UncachedDevice:
      return kPageDevice;
    case hal::CachePolicy::WriteCombining:
      return kPageWriteCombining;
  }
  return 0;
}

PageTable* make_table() {
  auto* table = static_cast<PageTable*>(heap_allocate(sizeof(PageTable), kPageSize));
  if (table != nullptr) memset(table, 0, sizeof *table);
  return table;
}

// Applies f(entry) to each page's entry in [at, end) that lies in a table that exists.
template <typename F>
void for_each_entry(PageTable* table, unsigned level, uintptr_t at, uintptr_t end, F& f) {
  while (at < end) {
    uint64_t& entry = table->entries[index_at(at, level)];
    const uintptr_t next = std::min(end, (at | (level_bytes(level) - 1)) + 1);
    if (level == 0) {
      f(entry);
    } else if (entry != 0) {
      for_each_entry(table_at(entry), level - 1, at, next, f);
    }
    at = next;
  }
}

bool in_user_range(uintptr_t at, size_t pages) {
  return is_page_aligned(at) && at >= kUserBase && at <= kUserLimit &&
         pages <= (kUserLimit - at) >> kPageShift;
}

// Changes an entry. True when a CPU may hold a translation that says something else.
bool set_entry(uint64_t& entry, uint64_t value) {
  constexpr uint64_t kWalkedBits = 0x60;  // accessed, dirty: the processor sets them
  const uint64_t old = std::exchange(entry, value);
  return old != 0 && (old & ~kWalkedBits) != value;
}

}  // namespace

// Notes what this CPU has seen of the space it leaves, for when it comes back.
static void leave_space(Cpu& cpu) {
  if (cpu.active_cached != nullptr) cpu.active_cached->generation = cpu.tlb.seen();
  cpu.active_cached = nullptr;
}

PageTables::PageTables(PageTable* root) : root_(root), id_(last_id.fetch_add(1) + 1) {}

Result<RefPtr<hal::AddressSpace>> PageTables::create() {
  PageTable* root = make_table();
  if (root == nullptr) return fail(Status::NoMemory);
  memcpy(&root->entries[kFirstKernelEntry], &kernel_root().entries[kFirstKernelEntry],
         sizeof(PageTable) / 2);
  auto* made = new (std::nothrow) PageTables(root);
  if (made == nullptr) {
    heap_free(root);
    return fail(Status::NoMemory);
  }
  return RefPtr<hal::AddressSpace>::adopt(made);
}

PageTables::~PageTables() {
  for (size_t i = 0; i < kFirstKernelEntry; ++i) {
    if (root_->entries[i] != 0) free_tables(table_at(root_->entries[i]), kLevels - 2);
  }
  heap_free(root_);
}

void PageTables::free_tables(PageTable* table, unsigned level) {
  for (size_t i = 0; level > 0 && i < kTableEntries; ++i) {
    if (table->entries[i] != 0) free_tables(table_at(table->entries[i]), level - 1);
  }
  heap_free(table);
}

// The lowest table's entry for a page; null when there is no memory for the tables above.
uint64_t* PageTables::entry_to_fill(uintptr_t at) {
  PageTable* table = root_;
  for (unsigned level = kLevels - 1; level > 0; --level) {
    uint64_t& entry = table->entries[index_at(at, level)];
    if (entry == 0) {
      PageTable* made = make_table();
      if (made == nullptr) return nullptr;
      entry = raw(hal::virt_to_phys(made)) | kTableFlags;
    }
    table = table_at(entry);
  }
  return &table->entries[index_at(at, 0)];
}

void PageTables::settle(uintptr_t at, size_t pages) {
  hal::TlbView& here = this_cpu().tlb;
  if (here.space() == &tlb_) {
    const bool missed_none = here.seen() == tlb_.generation();
    if (pages > kMostSinglePages) {
      hal::flush_active_space();
    } else {
      for (size_t i = 0; i < pages; ++i) invalidate_page(at + i * kPageSize);
    }
    if (missed_none) here.note_flushed(tlb_.generation() + 1);
  }
  tlb_.shoot_down();
}

Result<> PageTables::map(VirtAddr at, PhysAddr memory, size_t pages, hal::Access access,
                         hal::CachePolicy policy) {
  ASSERT(in_user_range(raw(at), pages));
  const uint64_t flags = flags_of(access);
  const uint64_t wanted = flags == 0 ? 0 : raw(memory) | flags | flags_of(policy);
  LockGuard guard(lock_);
  bool replaced = false;
  for (size_t i = 0; i < pages;) {
    uint64_t* entry = entry_to_fill(raw(at) + i * kPageSize);
    if (entry == nullptr) {
      if (replaced) settle(raw(at), pages);
      return fail(Status::NoMemory);
    }
    const size_t last = std::min(pages, i + kTableEntries - index_at(raw(at) + i * kPageSize, 0));
    for (; i < last; ++i, ++entry)
      replaced |= set_entry(*entry, wanted == 0 ? 0 : wanted + i * kPageSize);
  }
  if (replaced) settle(raw(at), pages);
  return {};
}

void PageTables::unmap(VirtAddr at, size_t pages) {
  ASSERT(in_user_range(raw(at), pages));
  LockGuard guard(lock_);
  bool changed = false;
  auto clear = [&](uint64_t& entry) { changed |= set_entry(entry, 0); };
  for_each_entry(root_, kLevels - 1, raw(at), raw(at) + pages * kPageSize, clear);
  if (changed) settle(raw(at), pages);
}

void PageTables::protect(VirtAddr at, size_t pages, hal::Access access) {
  ASSERT(in_user_range(raw(at), pages));
  const uint64_t flags = flags_of(access);
  LockGuard guard(lock_);
  bool changed = false;
  auto change = [&](uint64_t& entry) {
    if (entry == 0) return;
    changed |= set_entry(entry, flags == 0 ? 0 : (entry & (kPageAddress | kPageDevice)) | flags);
  };
  for_each_entry(root_, kLevels - 1, raw(at), raw(at) + pages * kPageSize, change);
  if (changed) settle(raw(at), pages);
}

std::optional<hal::Translation> PageTables::query(VirtAddr at) {
  if (!in_user_range(page_floor(raw(at)), 1)) return std::nullopt;
  std::optional<hal::Translation> found;
  auto look = [&](uint64_t& entry) {
    if (entry != 0)
      found = {PhysAddr{(entry & kPageAddress) | (raw(at) & (kPageSize - 1))}, access_of(entry)};
  };
  LockGuard guard(lock_);
  for_each_entry(root_, kLevels - 1, page_floor(raw(at)), page_floor(raw(at)) + kPageSize, look);
  return found;
}

void PageTables::activate() {
  Cpu& cpu = this_cpu();
  if (cpu.tlb.space() == &tlb_) return;
  leave_space(cpu);
  const uint64_t generation = tlb_.generation();
  if (!features.pcid) {
    write_cr3(raw(hal::virt_to_phys(root_)));
    return cpu.tlb.activate(&tlb_, generation);
  }
  CachedContext* context = std::ranges::find(cpu.cached, id_, &CachedContext::space);
  if (context == std::end(cpu.cached)) {
    context = &cpu.cached[cpu.next_cached++ % kCachedContexts];
    *context = {.space = id_};
  }
  const bool current = context->generation == generation;
  context->generation = generation;
  cpu.active_cached = context;
  // Identifier 0 is the kernel's own.
  const auto identifier = static_cast<uint64_t>(context - cpu.cached) + 1;
  write_cr3(raw(hal::virt_to_phys(root_)) | identifier | (current ? kKeepTranslations : 0));
  cpu.tlb.activate(&tlb_, generation);
}

}  // namespace jacinth::x86_64

namespace jacinth::hal {

Result<RefPtr<AddressSpace>> AddressSpace::create() { return x86_64::PageTables::create(); }

UserRange user_range() {
  return {VirtAddr{x86_64::kUserBase}, x86_64::kUserLimit - x86_64::kUserBase};
}

void activate_kernel_only() {
  x86_64::Cpu& cpu = x86_64::this_cpu();
  x86_64::leave_space(cpu);
  x86_64::write_cr3(raw(x86_64::kernel_root_address()));
  cpu.tlb.activate(nullptr, 0);
}

TlbView& tlb_view(CpuId cpu) { return x86_64::cpus[cpu].tlb; }

void flush_active_space() { x86_64::write_cr3(x86_64::read_cr3()); }

}  // namespace jacinth::hal
