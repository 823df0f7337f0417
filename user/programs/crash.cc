// crash HOW: ends badly in a way of one's choice.
#include <cstdint>
#include <string_view>

#include "lib/io.h"

namespace {

// In memory that the optimiser cannot see through.
template <typename T>
T opaque(T value) {
  asm volatile("" : "+r"(value));
  return value;
}

[[gnu::noinline]] int overflow(int depth) {
  volatile char page[4096];
  page[0] = static_cast<char>(depth);
  if (opaque(depth) < 0) return 0;  // never; the compiler cannot know
  return overflow(depth + 1) + page[0];
}

void crash_divide() {
#if defined(__x86_64__)
  asm volatile("xor %%edx, %%edx; mov $1, %%eax; divl %0" : : "r"(opaque(0)) : "eax", "edx");
#else
  __builtin_trap();  // dividing by zero is defined there
#endif
}

struct Way {
  std::string_view name;
  void (*crash)();
};

constexpr Way kWays[] = {
    {"read", [] { static_cast<void>(*opaque(reinterpret_cast<volatile int*>(0x10))); }},
    {"write", [] { *opaque(reinterpret_cast<volatile int*>(0x20)) = 1; }},
    {"execute", [] { opaque(reinterpret_cast<void (*)()>(0x30))(); }},
    {"kernel", [] { *opaque(reinterpret_cast<volatile int*>(0xffff'8000'0000'0000)) = 1; }},
    {"divide", crash_divide},
    {"undefined", [] { __builtin_trap(); }},
    {"stack", [] { opaque(overflow(0)); }},
};

}  // namespace

int main(int argc, char** argv) {
  for (const Way& way : kWays) {
    if (argc == 2 && way.name == argv[1]) way.crash();
  }
  user::print_error("usage: crash HOW; one of:");
  for (const Way& way : kWays) user::print_error(" {}", way.name);
  user::print_error("\n");
  return 2;
}
