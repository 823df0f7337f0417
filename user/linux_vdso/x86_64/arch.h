#pragma once

#include <cstdint>

namespace jacinth::linux_vdso {

// Not before what the program did earlier is done: clocks must not seem to go backwards between
// threads.
inline uint64_t read_counter() {
  uint32_t low, high;
  asm volatile("lfence\n rdtsc" : "=a"(low), "=d"(high)::"memory");
  return uint64_t{high} << 32 | low;
}

enum class Call : long { ClockGettime = 228, ClockGetres = 229, Getcpu = 309 };

inline int call(Call number, long a, void* b, void* c = nullptr) {
  long result = static_cast<long>(number);
  asm volatile("syscall" : "+a"(result) : "D"(a), "S"(b), "d"(c) : "rcx", "r11", "memory");
  return static_cast<int>(result);
}

}  // namespace jacinth::linux_vdso
