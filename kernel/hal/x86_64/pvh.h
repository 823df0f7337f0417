// What a PVH loader leaves for the kernel (the Xen project's "x86/HVM direct boot ABI").
#pragma once

#include <cstdint>

namespace jacinth::x86_64 {

struct PvhStartInfo {
  static constexpr uint32_t kMagic = 0x336e'c578;
  uint32_t magic;
  uint32_t version;  // from 1 on there is a memory map
  uint32_t flags;
  uint32_t module_count;
  uint64_t modules;       // physical addresses, all
  uint64_t command_line;  // ends with a zero
  uint64_t acpi_root_pointer;
  uint64_t memory_map;
  uint32_t memory_map_entries;
  uint32_t reserved;
};
static_assert(sizeof(PvhStartInfo) == 56);

struct PvhModule {
  uint64_t address;
  uint64_t bytes;
  uint64_t command_line;
  uint64_t reserved;
};

struct PvhMemory {
  static constexpr uint32_t kRam = 1;
  uint64_t address;
  uint64_t bytes;
  uint32_t type;
  uint32_t reserved;
};

}  // namespace jacinth::x86_64
