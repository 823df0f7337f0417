// What the kernel writes into the image, before any process maps it.
#pragma once

#include <cstdint>

namespace jacinth::linux_vdso {

// In the image, and so in memory: in the first page, which holds no code.
inline constexpr uint64_t kConstantsOffset = 0xfc0;

struct Constants {
  // Nanoseconds of the monotonic clock are ticks * whole + (ticks * fraction >> 64).
  uint64_t whole;
  uint64_t fraction;
  int64_t wall_offset_ns;  // of the wall clock from the monotonic one
  uint32_t cpus;
  uint32_t reserved;
};
static_assert(sizeof(Constants) <= 0x40);

}  // namespace jacinth::linux_vdso
