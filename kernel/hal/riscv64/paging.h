// Translation tables, and the kernel's own half of them.
//
// A table has 512 entries of 8 bytes; a third-level one covers 512 GiB in entries of 1 GiB, and is
// the root with Sv39. With Sv48 there is one level more, of which the kernel has the last entry.
//
// The kernel's half is made before the first program runs and is the same in every address space.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/units.h"
#include "hal/address_space.h"
#include "hal/bare_common/memory_map.h"
#include "hal/riscv64/layout.h"

namespace jacinth::riscv64 {

class Entry {
 public:
  static constexpr uint64_t kValid = 1, kRead = 2, kWrite = 4, kExecute = 8, kUser = 16,
                            kGlobal = 32, kAccessed = 64, kDirty = 128;

  constexpr Entry() = default;
  static constexpr Entry table(PhysAddr at) { return Entry(raw(at) >> 2 | kValid); }
  // Accessed and dirty are set at once: the kernel has no use for them, and some harts fault where
  // they are not.
  static constexpr Entry leaf(PhysAddr at, uint64_t flags) {
    return Entry(raw(at) >> 2 | flags | kValid | kAccessed | ((flags & kWrite) != 0 ? kDirty : 0));
  }

  bool is_valid() const { return (bits_ & kValid) != 0; }
  bool is_table() const { return (bits_ & (kValid | kRead | kWrite | kExecute)) == kValid; }
  bool is_leaf() const { return is_valid() && !is_table(); }
  PhysAddr address() const { return PhysAddr{bits_ >> 10 << 12 & ~(uint64_t{0xffc0} << 48)}; }
  uint64_t flags() const { return bits_ & 0x3ff; }
  friend bool operator==(Entry, Entry) = default;

 private:
  constexpr explicit Entry(uint64_t bits) : bits_(bits) {}
  uint64_t bits_ = 0;
};
static_assert(sizeof(Entry) == 8);

inline constexpr size_t kTableEntries = 512;
struct alignas(kPageSize) Table {
  Entry entries[kTableEntries];
};

// How many bytes an entry of a table of `level` (1 to 4) covers, and its index for an address.
constexpr uint64_t entry_bytes(unsigned level) { return uint64_t{kPageSize} << (level - 1) * 9; }
constexpr size_t entry_index(uint64_t address, unsigned level) {
  return address / entry_bytes(level) % kTableEntries;
}

// Levels of the tables in use: 3 (Sv39) or 4 (Sv48).
extern constinit unsigned used_levels;
inline unsigned translation_levels() { return used_levels; }
// Bytes of a program's half, the lower one.
inline uint64_t lower_half_bytes() { return entry_bytes(translation_levels()) * kTableEntries / 2; }
// Whether programs may have memory there: below that is the one guard, above the other.
inline bool is_user_address(uint64_t address) {
  return address >= kUserBase && address < lower_half_bytes() - kUserGuardBytes;
}
// Whether the unused upper bits continue the highest used one.
inline bool is_canonical(uint64_t address) {
  return address + lower_half_bytes() < 2 * lower_half_bytes();
}
// The value of satp for tables whose root is at `root`.
uint64_t satp_for(PhysAddr root);
// Leaves this hart with the kernel's half alone.
void use_kernel_tables();
uint64_t kernel_satp();
// Gives a new root the kernel's half.
void share_kernel_half(Table& root);

// Where the image was loaded; for when image_to_phys() does not know yet.
PhysAddr first_image_address();
// Physical address of something in the image.
PhysAddr image_to_phys(const void* pointer);

// The final tables, in place of the first ones: all of `ram` in the direct map, in Sv48 where this
// hart offers it. Takes what it needs from `free`.
void make_kernel_tables(std::span<const hal::RamRange> ram, hal::MemoryMap& free);
// The stacks of `cpus` CPUs at their addresses, with nothing mapped below each.
void map_stacks(uint32_t cpus, hal::MemoryMap& free);
// Device registers in the direct map; during start-up.
volatile std::byte* map_device(PhysAddr at, uint64_t bytes);

}  // namespace jacinth::riscv64
