#pragma once

#include <cstdint>

namespace jacinth::linux_vdso {

inline uint64_t read_counter() {
  uint64_t ticks;
  asm volatile("fence r, r\n rdtime %0" : "=r"(ticks)::"memory");
  return ticks;
}

enum class Call : long { ClockGettime = 113, ClockGetres = 114, Getcpu = 168 };

inline int call(Call number, long a, void* b, void* c = nullptr) {
  register long a7 asm("a7") = static_cast<long>(number);
  register long a0 asm("a0") = a;
  register void* a1 asm("a1") = b;
  register void* a2 asm("a2") = c;
  asm volatile("ecall" : "+r"(a0) : "r"(a7), "r"(a1), "r"(a2) : "memory");
  return static_cast<int>(a0);
}

}  // namespace jacinth::linux_vdso
