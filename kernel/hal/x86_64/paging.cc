#include "hal/x86_64/paging.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <span>

#include "base/check.h"
#include "base/spinlock.h"
#include "hal/memory.h"
#include "hal/table_pages.h"
#include "hal/x86_64/features.h"
#include "hal/x86_64/layout.h"

namespace jacinth::x86_64 {

extern "C" const char kernel_start[], kernel_text_end[], kernel_rodata_start[], kernel_data_start[],
    kernel_end[];

namespace {

constexpr uint64_t kReadOnly = kPagePresent | kPageGlobal | kPageNoExecute;
constexpr uint64_t kReadWrite = kReadOnly | kPageWritable;
constexpr uint64_t kReadExecute = kPagePresent | kPageGlobal;
// Upper levels allow everything; the leaf decides.
constexpr uint64_t kTableFlags = kPagePresent | kPageWritable;

constinit PageTable* root = nullptr;
constinit std::optional<PhysAddr> (*take_early_page)() = nullptr;

struct Window {
  uintptr_t next = kWindow + kPageSize;
};
constinit Guarded<Window, LockRank::Machine> window;
// Kernel tables change rarely: at start-up, and when a device is found.
constinit SpinLock tables_lock{LockRank::PageTable};

PhysAddr image_address(const char* symbol) {
  return PhysAddr{reinterpret_cast<uintptr_t>(symbol) - kImageBase};
}

PageTable* make_table() {
  PageTable* table;
  if (take_early_page != nullptr) {
    const auto page = take_early_page();
    table = page ? reinterpret_cast<PageTable*>(direct(*page)) : nullptr;
  } else {
    table = reinterpret_cast<PageTable*>(take_table_page());
  }
  if (table != nullptr) memset(table, 0, sizeof *table);
  return table;
}

// The level of the largest page that may start at both addresses and is no longer than `bytes`.
unsigned largest_level(uintptr_t at, uint64_t memory, uint64_t bytes) {
  unsigned level = features.gigabyte_pages ? 2 : 1;
  while (level > 0 &&
         (((at | memory) & (level_bytes(level) - 1)) != 0 || bytes < level_bytes(level)))
    --level;
  return level;
}

Result<uint64_t*> kernel_entry(uintptr_t at, unsigned level) {
  PageTable* table = root;
  for (unsigned above = kLevels - 1; above > level; --above) {
    uint64_t& entry = table->entries[index_at(at, above)];
    if (entry == 0) {
      // Every address space has copied the topmost table.
      ASSERT(above != kLevels - 1 || take_early_page != nullptr);
      PageTable* made = make_table();
      if (made == nullptr) return fail(Status::NoMemory);
      entry = raw(hal::virt_to_phys(made)) | kTableFlags;
    }
    ASSERT((entry & kPageLarge) == 0);
    table = table_at(entry);
  }
  return &table->entries[index_at(at, level)];
}

// One range of RAM into the direct map. The image's constant parts are read-only there too.
Result<> map_ram(uint64_t start, uint64_t end) {
  const uint64_t constant_start = raw(image_address(kernel_start));
  const uint64_t constant_end = raw(image_address(kernel_data_start));
  auto map_part = [&](uint64_t from, uint64_t to, uint64_t flags) -> Result<> {
    from = std::max(from, start);
    to = std::min(to, end);
    if (from >= to) return {};
    return map_kernel(direct(PhysAddr{from}), PhysAddr{from}, to - from, flags);
  };
  TRY(map_part(0, constant_start, kReadWrite));
  TRY(map_part(constant_start, constant_end, kReadOnly));
  return map_part(constant_end, ~uint64_t{0}, kReadWrite);
}

Result<> map_image() {
  auto map_part = [](const char* from, const char* to, uint64_t flags) {
    const auto start = reinterpret_cast<uintptr_t>(from);
    return map_kernel(start, image_address(from),
                      page_ceil(reinterpret_cast<uintptr_t>(to)) - start, flags);
  };
  TRY(map_part(kernel_start, kernel_text_end, kReadExecute));
  TRY(map_part(kernel_rodata_start, kernel_data_start, kReadOnly));
  return map_part(kernel_data_start, kernel_end, kReadWrite);
}

Result<std::byte*> map_somewhere(PhysAddr at, uint64_t bytes, uint64_t flags) {
  const uint64_t lead = raw(at) & (kPageSize - 1);
  const uint64_t whole = page_ceil(lead + bytes);
  const uintptr_t place = take_window(whole);
  TRY(map_kernel(place, PhysAddr{raw(at) - lead}, whole, flags));
  return reinterpret_cast<std::byte*>(place + lead);
}

}  // namespace

PageTable* table_at(uint64_t entry) {
  return reinterpret_cast<PageTable*>(direct(PhysAddr{entry & kPageAddress}));
}

PageTable& kernel_root() { return *root; }
PhysAddr kernel_root_address() { return hal::virt_to_phys(root); }

Result<> make_kernel_tables(std::span<const hal::RamRange> ram,
                            std::optional<PhysAddr> (*take_page)()) {
  take_early_page = take_page;
  root = make_table();
  if (root == nullptr) return fail(Status::NoMemory);
  for (const hal::RamRange& range : ram)
    TRY(map_ram(raw(range.base), raw(range.base) + range.bytes));
  TRY(map_image());
  // The window's part of the topmost table, which must be there before anyone copies it.
  TRY(kernel_entry(kWindow, 0));
  return {};
}

void kernel_tables_use_frames() { take_early_page = nullptr; }

Result<> map_kernel(uintptr_t at, PhysAddr memory, uint64_t bytes, uint64_t flags) {
  LockGuard guard(tables_lock);
  uint64_t from = raw(memory);
  while (bytes != 0) {
    const unsigned level = largest_level(at, from, bytes);
    uint64_t* entry = TRY(kernel_entry(at, level));
    ASSERT(*entry == 0);
    *entry = from | flags | (level != 0 ? kPageLarge : 0);
    at += level_bytes(level);
    from += level_bytes(level);
    bytes -= level_bytes(level);
  }
  return {};
}

uintptr_t take_window(uint64_t bytes) {
  auto free = window.lock();
  const uintptr_t at = free->next;
  ASSERT(bytes <= kWindow + kWindowBytes - at);
  free->next += bytes + kPageSize;
  return at;
}

Result<std::byte*> map_device(PhysAddr at, uint64_t bytes) {
  return map_somewhere(at, bytes, kReadWrite | kPageDevice);
}
Result<const std::byte*> map_firmware(PhysAddr at, uint64_t bytes) {
  return TRY(map_somewhere(at, bytes, kReadOnly));
}

}  // namespace jacinth::x86_64

namespace jacinth::hal {

std::byte* phys_to_virt(PhysAddr address) {
  return reinterpret_cast<std::byte*>(x86_64::direct(address));
}
PhysAddr virt_to_phys(const void* pointer) {
  return PhysAddr{reinterpret_cast<uintptr_t>(pointer) - x86_64::kDirectMap};
}

}  // namespace jacinth::hal
