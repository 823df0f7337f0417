// Physical memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/units.h"

namespace jacinth::hal {

struct RamRange {
  PhysAddr base;        // page aligned
  uint64_t bytes;       // a multiple of the page size
  bool zeroed = false;  // all bytes are zero until first written
};

// The RAM that the frame allocator may hand out; constant once the kernel has started.
std::span<const RamRange> ram_ranges();

// The kernel's window onto physical memory: all RAM is mapped, writable, at a fixed offset.
std::byte* phys_to_virt(PhysAddr address);
PhysAddr virt_to_phys(const void* direct_map_pointer);

// Cache maintenance for devices and for code: writes dirty lines back, drops them, and makes new
// instructions visible. Nothing where the hardware keeps caches coherent.
enum class CacheOp : uint8_t { SyncInstructions, Invalidate, Clean, CleanInvalidate };
void cache_op(CacheOp op, std::span<std::byte> direct_map_range);

}  // namespace jacinth::hal
