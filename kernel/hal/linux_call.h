// System calls as Linux programs make them: by the machine's trap instruction (`syscall`, `ecall`).
#pragma once

#include <array>
#include <cstdint>

namespace jacinth::hal {

// How the programs of a context call the kernel. Set before it first runs; start() keeps it.
enum class CallConvention : uint8_t {
  // As hal/user.h says of syscall_number() and syscall_arg(): where programs call the kernel
  // through a call library, a trap instruction is not theirs to use, and is an exception.
  Native,
  // As on Linux: x86-64 `syscall` with the number in rax and arguments in rdi rsi rdx r10 r8 r9;
  // riscv64 `ecall` with a7 and a0..a5. Every other register is kept, but rcx and r11 on x86-64.
  Linux,
};

// A call as it came in, kept until it ends: its result replaces some of it in the registers.
struct LinuxCall {
  uint64_t number = 0;
  std::array<uint64_t, 6> args = {};
};

}  // namespace jacinth::hal
