#include "hal/riscv64/address_space.h"

#include <algorithm>
#include <cstring>

#include "base/heap.h"
#include "hal/riscv64/csr.h"
#include "hal/riscv64/layout.h"

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
  void* memory = heap_allocate(sizeof(Table), alignof(Table));
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
  heap_free(&table);
}

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

HardwareSpace::~HardwareSpace() { free_tables(root_, translation_levels(), kTableEntries / 2); }

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
  Detached detached;
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
        if (!is_empty(*table, first + count)) return;
        detach_empty_tables(place, detached);
        if (detached.count + kMostLevels > Detached::kMost) settle_and_free(detached);
      });
  if (detached.count != 0) return settle_and_free(detached);
  if (changed) settle(raw(at), pages);
}

// Takes out the tables on the way to `at` that have nothing in them, the leaf table being the
// first.
void HardwareSpace::detach_empty_tables(uint64_t at, Detached& detached) {
  const unsigned levels = translation_levels();
  Table* path[kMostLevels + 1];
  path[levels] = &root_;
  for (unsigned level = levels; level > 1; --level)
    path[level - 1] = &table_of(path[level]->entries[entry_index(at, level)]);
  for (unsigned level = 1; level < levels; ++level) {
    const size_t index = entry_index(at, level + 1);
    if (!is_empty(*path[level], 0)) return;
    store(path[level + 1]->entries[index], Entry());
    detached.tables[detached.count++] = path[level];
  }
}

// Harts may remember the way to a table as well, so they forget all.
void HardwareSpace::settle_and_free(Detached& detached) {
  constexpr size_t kAllPages = ~uint64_t{0} >> kPageShift;
  settle(0, kAllPages);
  for (size_t i = 0; i < detached.count; ++i) heap_free(detached.tables[i]);
  detached.count = 0;
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
  const uint64_t own = cpu_bit(this_hart());
  const uint64_t cpus = cpus_.load();
  if ((cpus & own) != 0) {
    if (pages == 1) {
      flush_user_translation(at);
    } else {
      flush_user_translations();
    }
  }
  fence_translations(cpus & ~own, at, pages << kPageShift);
  wait_for_copies(cpus & ~own);
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
  write_csr("satp", satp_for(hal::virt_to_phys(&root_)));
  flush_user_translations();
  hart.space = this;
  if (old != nullptr) old->cpus_.fetch_and(~cpu_bit(hart));
}

void HardwareSpace::deactivate() {
  Hart& hart = this_hart();
  use_kernel_tables();
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
  heap_free(root);
  return fail(Status::NoMemory);
}

void activate_kernel_only() {
  if (HardwareSpace* space = this_hart().space; space != nullptr) space->deactivate();
}

}  // namespace jacinth::hal
