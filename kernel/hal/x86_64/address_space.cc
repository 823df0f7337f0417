#include "hal/x86_64/address_space.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/check.h"
#include "hal/table_pages.h"
#include "hal/x86_64/cpu_local.h"
#include "hal/x86_64/features.h"
#include "hal/x86_64/layout.h"
#include "hal/x86_64/processor.h"

namespace jacinth::x86_64 {
namespace {

constexpr uint64_t kTableFlags = kPagePresent | kPageWritable | kPageUser;
// Beyond so many pages it is cheaper to drop all translations than each by itself.
constexpr size_t kMostSinglePages = 32;
// An entry that leads to a table counts the entries used there, in bits that the processor ignores.
constexpr uint64_t kUsedOne = uint64_t{1} << 52;
constexpr uint64_t kUsedMask = uint64_t{0x3ff} << 52;
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
  auto* table = reinterpret_cast<PageTable*>(take_table_page());
  if (table != nullptr) memset(table, 0, sizeof *table);
  return table;
}

// Applies f(place, entry, parent) to each page's entry in [at, end) that lies in a table that
// exists; `parent` leads to that table.
template <typename F>
void for_each_entry(PageTable* table, unsigned level, uint64_t* parent, uintptr_t at, uintptr_t end,
                    F& f) {
  while (at < end) {
    uint64_t& entry = table->entries[index_at(at, level)];
    const uintptr_t next = std::min(end, (at | (level_bytes(level) - 1)) + 1);
    if (level == 0) {
      f(at, entry, *parent);
    } else if (entry != 0) {
      for_each_entry(table_at(entry), level - 1, &entry, at, next, f);
    }
    at = next;
  }
}

bool in_user_range(uintptr_t at, size_t pages) {
  return is_page_aligned(at) && at >= kUserBase && at <= kUserLimit &&
         pages <= (kUserLimit - at) >> kPageShift;
}

// The part of CR3 that names the context and says whether the CPU may go on with what it holds of
// it: that is as new as `generation`, and other contexts have used the name since no more.
// Identifier 0 is the kernel's own.
uint64_t name_context(Cpu& cpu, uint64_t id, uint64_t generation) {
  if (!features.pcid) return 0;
  CachedContext* context = std::ranges::find(cpu.cached, id, &CachedContext::space);
  if (context == std::end(cpu.cached)) {
    context = &cpu.cached[cpu.next_cached++ % kCachedContexts];
    *context = {.space = id};
  }
  const bool current = context->generation == generation;
  cpu.active_cached = context;
  return (static_cast<uint64_t>(context - cpu.cached) + 1) | (current ? kKeepTranslations : 0);
}

}  // namespace

// Keeps what this CPU has seen of the space it leaves, for when it comes back.
static void note_left(Cpu& cpu) {
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
    give_table_page(root);
    return fail(Status::NoMemory);
  }
  return RefPtr<hal::AddressSpace>::adopt(made);
}

PageTables::~PageTables() {
  free_list(unlinked_);
  free_list(waiting_);
  for (size_t i = 0; i < kFirstKernelEntry; ++i) {
    if (root_->entries[i] != 0) free_tables(table_at(root_->entries[i]), kLevels - 2);
  }
  give_table_page(root_);
  delete ports_.load(std::memory_order_relaxed);
}

void PageTables::free_tables(PageTable* table, unsigned level) {
  for (size_t i = 0; level > 0 && i < kTableEntries; ++i) {
    if (table->entries[i] != 0) free_tables(table_at(table->entries[i]), level - 1);
  }
  give_table_page(table);
}

// The lowest table's entry for a page, and the entry that leads to that table. Nulls when there is
// no memory for the tables above.
PageTables::Place PageTables::place_to_fill(uintptr_t at) {
  PageTable* table = root_;
  uint64_t* parent = nullptr;
  for (unsigned level = kLevels - 1; level > 0; --level) {
    uint64_t& entry = table->entries[index_at(at, level)];
    if (entry == 0) {
      PageTable* made = make_table();
      if (made == nullptr) return {};
      entry = raw(hal::virt_to_phys(made)) | kTableFlags;
      if (parent != nullptr) *parent += kUsedOne;
    }
    parent = &entry;
    table = table_at(entry);
  }
  return {&table->entries[index_at(at, 0)], parent};
}

// Changes the entry of the page at `at`. True when a CPU may hold a translation that says something
// else.
bool PageTables::put(uintptr_t at, uint64_t& entry, uint64_t& parent, uint64_t value) {
  constexpr uint64_t kWalkedBits = 0x60;  // accessed, dirty: the processor sets them
  const uint64_t old = std::exchange(entry, value);
  if (old == 0 && value != 0) parent += kUsedOne;
  if (old != 0 && value == 0) {
    parent -= kUsedOne;
    if ((parent & kUsedMask) == 0) note_empty(at);
  }
  return old != 0 && (old & ~kWalkedBits) != value;
}

// A lowest table has become empty: it stays until some others have become so after it.
void PageTables::note_empty(uintptr_t at) {
  const uintptr_t before = std::exchange(emptied_[next_emptied_], at);
  next_emptied_ = (next_emptied_ + 1) % kKeptEmpty;
  if (before != 0) retire_empty(before);
}

// Takes out the tables on the way to `at` in which nothing is used, from below.
void PageTables::retire_empty(uintptr_t at) {
  uint64_t* path[kLevels] = {};  // entries; at level 1 the one that leads to a lowest table
  PageTable* table = root_;
  for (unsigned level = kLevels - 1; level > 0; --level) {
    path[level] = &table->entries[index_at(at, level)];
    if (*path[level] == 0) return;
    table = table_at(*path[level]);
  }
  for (unsigned level = 1; level < kLevels && (*path[level] & kUsedMask) == 0; ++level) {
    PageTable* empty = table_at(std::exchange(*path[level], 0));
    if (level + 1 < kLevels) *path[level + 1] -= kUsedOne;
    // Processors may still walk it: an entry whose lowest bit is clear says nothing to them.
    empty->entries[0] = reinterpret_cast<uint64_t>(std::exchange(unlinked_, empty));
  }
}

void PageTables::free_list(PageTable*& list) {
  while (list != nullptr) {
    PageTable* next = reinterpret_cast<PageTable*>(list->entries[0]);
    give_table_page(std::exchange(list, next));
  }
}

// Frees the tables that were taken out a while ago, once no CPU can walk them any more; then those
// taken out meanwhile wait in turn. After settle().
void PageTables::reclaim_tables() {
  if (waiting_ != nullptr && tlb_.has_caught_up(waiting_for_)) free_list(waiting_);
  if (waiting_ != nullptr || unlinked_ == nullptr) return;
  waiting_ = std::exchange(unlinked_, nullptr);
  waiting_for_ = tlb_.generation();
  if (tlb_.has_caught_up(waiting_for_)) free_list(waiting_);
}

void PageTables::settle(uintptr_t at, size_t pages) {
  hal::TlbView& here = this_cpu().tlb;
  if (here.space() == &tlb_) {
    const bool missed_none = here.seen() == tlb_.generation();
    if (pages > kMostSinglePages || unlinked_ != nullptr) {
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
  size_t done = 0;
  while (done < pages) {
    const uintptr_t next = raw(at) + done * kPageSize;
    const Place place = place_to_fill(next);
    if (place.entry == nullptr) break;
    const size_t count = std::min(pages - done, kTableEntries - index_at(next, 0));
    for (size_t i = 0; i < count; ++i, ++done)
      replaced |=
          put(next, place.entry[i], *place.parent, wanted == 0 ? 0 : wanted + done * kPageSize);
  }
  if (replaced) settle(raw(at), pages);
  if (done < pages) return fail(Status::NoMemory);
  return {};
}

void PageTables::unmap(VirtAddr at, size_t pages) {
  ASSERT(in_user_range(raw(at), pages));
  LockGuard guard(lock_);
  bool changed = false;
  auto clear = [&](uintptr_t place, uint64_t& entry, uint64_t& parent)
                   NO_THREAD_SAFETY_ANALYSIS { changed |= put(place, entry, parent, 0); };
  for_each_entry(root_, kLevels - 1, nullptr, raw(at), raw(at) + pages * kPageSize, clear);
  if (changed) settle(raw(at), pages);
  reclaim_tables();
}

void PageTables::protect(VirtAddr at, size_t pages, hal::Access access) {
  ASSERT(in_user_range(raw(at), pages));
  const uint64_t flags = flags_of(access);
  LockGuard guard(lock_);
  bool changed = false;
  auto change = [&](uintptr_t place, uint64_t& entry, uint64_t& parent) NO_THREAD_SAFETY_ANALYSIS {
    if (entry == 0) return;
    const uint64_t same_page = (entry & (kPageAddress | kPageDevice)) | flags;
    changed |= put(place, entry, parent, flags == 0 ? 0 : same_page);
  };
  for_each_entry(root_, kLevels - 1, nullptr, raw(at), raw(at) + pages * kPageSize, change);
  if (changed) settle(raw(at), pages);
}

std::optional<hal::Translation> PageTables::query(VirtAddr at) {
  if (!in_user_range(page_floor(raw(at)), 1)) return std::nullopt;
  std::optional<hal::Translation> found;
  auto look = [&](uintptr_t, uint64_t& entry, uint64_t&) {
    if (entry != 0)
      found = {PhysAddr{(entry & kPageAddress) | (raw(at) & (kPageSize - 1))}, access_of(entry)};
  };
  LockGuard guard(lock_);
  for_each_entry(root_, kLevels - 1, nullptr, page_floor(raw(at)), page_floor(raw(at)) + kPageSize,
                 look);
  return found;
}

void PageTables::activate() {
  Cpu& cpu = this_cpu();
  if (cpu.tlb.space() == &tlb_) return;
  note_left(cpu);
  cpu.tlb.begin_switch(&tlb_);
  const uint64_t generation = tlb_.generation();
  write_cr3(raw(hal::virt_to_phys(root_)) | name_context(cpu, id_, generation));
  cpu.tlb.end_switch(generation);
  load_ports(cpu, &ports_);
}

}  // namespace jacinth::x86_64

namespace jacinth::hal {

Result<RefPtr<AddressSpace>> AddressSpace::create() { return x86_64::PageTables::create(); }

UserRange user_range() {
  return {VirtAddr{x86_64::kUserBase}, x86_64::kUserLimit - x86_64::kUserBase};
}

void activate_kernel_only() {
  x86_64::Cpu& cpu = x86_64::this_cpu();
  x86_64::note_left(cpu);
  cpu.tlb.begin_switch(nullptr);
  x86_64::write_cr3(raw(x86_64::kernel_root_address()));
  cpu.tlb.end_switch(0);
  x86_64::load_ports(cpu, nullptr);
}

}  // namespace jacinth::hal
