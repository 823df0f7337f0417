// Page tables, and the kernel's part of them.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/result.h"
#include "base/units.h"
#include "hal/address_space.h"

namespace jacinth::x86_64 {

inline constexpr uint64_t kPagePresent = 1 << 0;
inline constexpr uint64_t kPageWritable = 1 << 1;
inline constexpr uint64_t kPageUser = 1 << 2;
// The next two choose among the page attributes that features.cc sets.
inline constexpr uint64_t kPageWriteCombining = 1 << 3;
inline constexpr uint64_t kPageUncached = 1 << 4;
inline constexpr uint64_t kPageDevice = kPageWriteCombining | kPageUncached;
inline constexpr uint64_t kPageLarge = 1 << 7;  // in the upper levels; a leaf there
inline constexpr uint64_t kPageGlobal = 1 << 8;
inline constexpr uint64_t kPageNoExecute = uint64_t{1} << 63;
inline constexpr uint64_t kPageAddress = 0x000f'ffff'ffff'f000;

inline constexpr size_t kTableEntries = 512;
inline constexpr unsigned kLevels = 4;
inline constexpr size_t kFirstKernelEntry = 256;  // of the topmost table

struct PageTable {
  uint64_t entries[kTableEntries];
};
static_assert(sizeof(PageTable) == kPageSize);

// What one entry of a table covers; level 0 is the lowest.
constexpr unsigned level_shift(unsigned level) { return kPageShift + 9 * level; }
constexpr uint64_t level_bytes(unsigned level) { return uint64_t{1} << level_shift(level); }
constexpr size_t index_at(uintptr_t address, unsigned level) {
  return address >> level_shift(level) & (kTableEntries - 1);
}

PageTable* table_at(uint64_t entry);

// The topmost table that the kernel's own activities run with: no user address is mapped there.
PageTable& kernel_root();
PhysAddr kernel_root_address();

// Makes the kernel's page tables: RAM of `ram` in the direct map, the image with its sections'
// access rights. Tables come from `take_page` until the frame allocator works. NO_MEMORY.
Result<> make_kernel_tables(std::span<const hal::RamRange> ram,
                            std::optional<PhysAddr> (*take_page)());
// From now on tables come from the frame allocator.
void kernel_tables_use_frames();

// Maps kernel addresses, in the largest pages that fit. All whole pages. NO_MEMORY.
Result<> map_kernel(uintptr_t at, PhysAddr memory, uint64_t bytes, uint64_t flags);

// Takes a stretch of the window for ever: whole pages, with an unmapped one before and behind it.
uintptr_t take_window(uint64_t bytes);

// Maps physical memory that is no RAM of ours somewhere in the window, for ever. NO_MEMORY.
Result<std::byte*> map_device(PhysAddr at, uint64_t bytes);
Result<const std::byte*> map_firmware(PhysAddr at, uint64_t bytes);

}  // namespace jacinth::x86_64
