// What the vDSO's C++ needs of the architecture.
#pragma once

#include <cstdint>

namespace jacinth::vdso {

inline uint64_t read_tick_counter() {
  uint64_t ticks;
  asm volatile("rdtime %0" : "=r"(ticks));
  return ticks;
}

// On the hart that runs this; a thread that moves meets the kernel's own fence.i.
inline void sync_instructions() { asm volatile("fence.i" ::: "memory"); }

}  // namespace jacinth::vdso
