#include "hal/riscv64/address_space.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "hal/riscv64/csr.h"
#include "hal/riscv64/layout.h"
#include "hal/table_pages.h"

namespace jacinth::riscv64 {
namespace {

using hal::Access;

constexpr unsigned kMostLevels = 4;

Table& table_of(Entry entry) {
  return *reinterpret_cast<Table*>(hal::phys_to_virt(entry.address()));
}

// Written whole, as other harts' hardware and look_up() read it.
void store(Entry& place, Entry value) { __atomic_store(&place, &value, __ATOMIC_RELEASE); }
Entry load(const Entry& place) {
  Entry value;
  __atomic_load(&place, &value, __ATOMIC_ACQUIRE);
  return value;
}

Table* make_table() {
  void* memory = take_table_page();
  return memory == nullptr ? nullptr : new (memory) Table{};
}

// There is no entry that may be written but not read.
uint64_t flags_of(Access access) {
  uint64_t flags = Entry::kUser;
  if (includes(access, Access::Read)) flags |= Entry::kRead;
  if (includes(access, Access::Write)) flags |= Entry::kRead | Entry::kWrite;
  if (includes(access, Access::Execute)) flags |= Entry::kExecute;
  return flags;
}
Access access_of(Entry entry) {
  Access access = Access::None;
  if ((entry.flags() & Entry::kRead) != 0) access = access | Access::Read;
  if ((entry.flags() & Entry::kWrite) != 0) access = access | Access::Write;
  if ((entry.flags() & Entry::kExecute) != 0) access = access | Access::Execute;
  return access;
}

void free_tables(Table& table, unsigned level, size_t entries) {
  for (size_t i = 0; i < entries; ++i)
    if (level > 1 && table.entries[i].is_table())
      free_tables(table_of(table.entries[i]), level - 1, kTableEntries);
  give_table_page(&table);
}

// In a table that has been taken out: the next of its list.
Table*& link_of(Table* table) { return *reinterpret_cast<Table**>(&table->entries[0]); }

// Whether no entry is valid; the one to look at first decides how soon that is seen.
bool is_empty(const Table& table, size_t look_first) {
  for (size_t i = 0; i < kTableEntries; ++i)
    if (table.entries[(look_first + i) % kTableEntries].is_valid()) return false;
  return true;
}

// Calls visit(table or null, first index, count, address) for the parts of a range that each lie in
// one leaf table; find(address) gives the table.
template <typename Find, typename F>
void for_each_leaf_table(uint64_t at, size_t pages, Find find, F visit) {
  while (pages != 0) {
    const size_t index = entry_index(at, 1);
    const size_t count = std::min(pages, kTableEntries - index);
    visit(find(at), index, count, at);
    at += count * kPageSize;
    pages -= count;
  }
}

// Harts that copy through the direct map looked a translation up before it changed: they are few
// instructions from their end, and wait for nobody.
void wait_for_copies(uint64_t cpus) {
  for_each_cpu(cpus, [](Hart& hart) {
    const uint32_t seen = hart.copying.load();
    unsigned rounds = 0;
    while ((seen & 1) != 0 && hart.copying.load() == seen) spin_relax(rounds++);
  });
}

}  // namespace

HardwareSpace::~HardwareSpace() {
  free_list(detached_);
  free_list(waiting_);
  free_tables(root_, translation_levels(), kTableEntries / 2);
}

Table* HardwareSpace::leaf_table(uint64_t at, bool make) {
  Table* table = &root_;
  for (unsigned level = translation_levels(); level > 1; --level) {
    Entry& entry = table->entries[entry_index(at, level)];
    if (!entry.is_valid()) {
      Table* made = make ? make_table() : nullptr;
      if (made == nullptr) return nullptr;
      store(entry, Entry::table(hal::virt_to_phys(made)));
    }
    table = &table_of(entry);
  }
  return table;
}

Result<> HardwareSpace::map(VirtAddr at, PhysAddr memory, size_t pages, Access access,
                            hal::CachePolicy) {
  if (access == Access::None) {
    unmap(at, pages);
    return {};
  }
  const uint64_t flags = flags_of(access);
  LockGuard guard(lock_);
  bool failed = false, replaced = false;
  for_each_leaf_table(
      raw(at), pages,
      [&](uint64_t place) NO_THREAD_SAFETY_ANALYSIS { return leaf_table(place, true); },
      [&](Table* table, size_t first, size_t count, uint64_t place) {
        failed = failed || table == nullptr;
        for (size_t i = 0; i < count && !failed; ++i) {
          Entry& entry = table->entries[first + i];
          const Entry fresh = Entry::leaf(memory + (place - raw(at)) + i * kPageSize, flags);
          replaced = replaced || (entry.is_valid() && entry != fresh);
          store(entry, fresh);
        }
      });
  if (replaced) settle(raw(at), pages);
  if (failed) return fail(Status::NoMemory);
  return {};
}

void HardwareSpace::unmap(VirtAddr at, size_t pages) {
  LockGuard guard(lock_);
  bool changed = false;
  for_each_leaf_table(
      raw(at), pages,
      [&](uint64_t place) NO_THREAD_SAFETY_ANALYSIS { return leaf_table(place, false); },
      [&](Table* table, size_t first, size_t count, uint64_t place) NO_THREAD_SAFETY_ANALYSIS {
        if (table == nullptr) return;
        for (size_t i = 0; i < count; ++i) {
          Entry& entry = table->entries[first + i];
          changed = changed || entry.is_valid();
          store(entry, Entry());
        }
        if (is_empty(*table, first + count)) detach_empty_tables(place);
      });
  if (changed || detached_ != nullptr) settle(raw(at), pages);
  reclaim_tables();
}

// Takes out the tables on the way to `at` that have nothing in them, the leaf table being the
// first.
void HardwareSpace::detach_empty_tables(uint64_t at) {
  const unsigned levels = translation_levels();
  Table* path[kMostLevels + 1];
  path[levels] = &root_;
  for (unsigned level = levels; level > 1; --level)
    path[level - 1] = &table_of(path[level]->entries[entry_index(at, level)]);
  for (unsigned level = 1; level < levels; ++level) {
    const size_t index = entry_index(at, level + 1);
    if (!is_empty(*path[level], 0)) return;
    store(path[level + 1]->entries[index], Entry());
    // Harts may still walk it: an entry whose lowest bit is clear says nothing to them.
    link_of(path[level]) = std::exchange(detached_, path[level]);
  }
}

void HardwareSpace::free_list(Table*& list) {
  while (list != nullptr) {
    Table* next = link_of(list);
    give_table_page(std::exchange(list, next));
  }
}

// Frees the tables that were taken out a while ago, once no hart can walk them any more; then those
// taken out meanwhile wait in turn. After settle().
void HardwareSpace::reclaim_tables() {
  if (waiting_ != nullptr && tlb_.has_caught_up(waiting_for_)) free_list(waiting_);
  if (waiting_ != nullptr || detached_ == nullptr) return;
  waiting_ = std::exchange(detached_, nullptr);
  waiting_for_ = tlb_.generation();
  if (tlb_.has_caught_up(waiting_for_)) free_list(waiting_);
}

void HardwareSpace::protect(VirtAddr at, size_t pages, Access access) {
  if (access == Access::None) return unmap(at, pages);
  const uint64_t flags = flags_of(access);
  LockGuard guard(lock_);
  bool narrowed = false;
  for_each_leaf_table(
      raw(at), pages,
      [&](uint64_t place) NO_THREAD_SAFETY_ANALYSIS { return leaf_table(place, false); },
      [&](Table* table, size_t first, size_t count, uint64_t) {
        for (size_t i = 0; table != nullptr && i < count; ++i) {
          Entry& entry = table->entries[first + i];
          if (!entry.is_valid()) continue;
          narrowed = narrowed || !includes(access, access_of(entry));
          store(entry, Entry::leaf(entry.address(), flags));
        }
      });
  if (narrowed) settle(raw(at), pages);
}

// Makes a change known wherever the old translation may still be in use.
void HardwareSpace::settle(uint64_t at, size_t pages) {
  std::atomic_thread_fence(std::memory_order_seq_cst);
  hal::TlbView& here = this_hart().tlb;
  if (here.space() == &tlb_) {
    const bool missed_none = here.seen() == tlb_.generation();
    // A hart may remember the way to a table as well.
    if (pages == 1 && detached_ == nullptr) {
      flush_user_translation(at);
    } else {
      flush_user_translations();
    }
    if (missed_none) here.note_flushed(tlb_.generation() + 1);
  }
  tlb_.shoot_down();
  wait_for_copies(cpus_.load() & ~cpu_bit(this_hart()));
}

Entry HardwareSpace::look_up(uint64_t at) const {
  const Table* table = &root_;
  for (unsigned level = translation_levels(); level > 1; --level) {
    const Entry entry = load(table->entries[entry_index(at, level)]);
    if (!entry.is_valid()) return entry;
    table = &table_of(entry);
  }
  return load(table->entries[entry_index(at, 1)]);
}

std::optional<hal::Translation> HardwareSpace::query(VirtAddr at) {
  LockGuard guard(lock_);
  const Entry entry = look_up(raw(at));
  if (!entry.is_valid()) return std::nullopt;
  return hal::Translation{entry.address() + raw(at) % kPageSize, access_of(entry)};
}

void HardwareSpace::activate() {
  Hart& hart = this_hart();
  HardwareSpace* old = hart.space;
  if (old == this) return;
  cpus_.fetch_or(cpu_bit(hart));
  hart.tlb.begin_switch(&tlb_);
  const uint64_t generation = tlb_.generation();
  write_csr("satp", satp_for(hal::virt_to_phys(&root_)));
  flush_user_translations();
  hart.tlb.end_switch(generation);
  hart.space = this;
  if (old != nullptr) old->cpus_.fetch_and(~cpu_bit(hart));
}

void HardwareSpace::deactivate() {
  Hart& hart = this_hart();
  hart.tlb.begin_switch(nullptr);
  use_kernel_tables();
  hart.tlb.end_switch(0);
  hart.space = nullptr;
  cpus_.fetch_and(~cpu_bit(hart));
}

}  // namespace jacinth::riscv64

namespace jacinth::hal {

using namespace riscv64;

UserRange user_range() {
  return {VirtAddr{kUserBase}, lower_half_bytes() - kUserGuardBytes - kUserBase};
}

Result<RefPtr<AddressSpace>> AddressSpace::create() {
  Table* root = make_table();
  if (root == nullptr) return fail(Status::NoMemory);
  share_kernel_half(*root);
  auto made = make_ref<HardwareSpace>(*root);
  if (made) return RefPtr<AddressSpace>(std::move(*made));
  give_table_page(root);
  return fail(Status::NoMemory);
}

void activate_kernel_only() {
  if (HardwareSpace* space = this_hart().space; space != nullptr) space->deactivate();
}

}  // namespace jacinth::hal
