// Calls to the firmware below us: OpenSBI, or machine_mode.cc (RISC-V Supervisor Binary Interface).
#pragma once

#include <cstdint>

namespace jacinth::riscv64::sbi {

// Extensions and functions.
inline constexpr uint64_t kLegacyPutchar = 1, kBase = 0x10, kProbe = 3, kTime = 0x54494d45,
                          kIpi = 0x735049, kRemoteFence = 0x52464e43, kFenceInstructions = 0,
                          kHartState = 0x48534d, kHartStart = 0, kHartStop = 1, kHartStatus = 2,
                          kHartStopped = 1, kReset = 0x53525354;
// Ours, from the numbers set aside for a firmware's own: where the board has its machine software
// interrupts, timer compare registers and timer, the one thing machine_mode.cc must be told.
inline constexpr uint64_t kJacinth = 0x0a00'6a61;

inline constexpr long kSuccess = 0, kNotSupported = -2, kInvalidParam = -3, kAlreadyAvailable = -6;

struct Answer {
  long error;
  uint64_t value;
};
inline Answer call(uint64_t extension, uint64_t function, uint64_t arg0 = 0, uint64_t arg1 = 0,
                   uint64_t arg2 = 0, uint64_t arg3 = 0) {
  register uint64_t a0 asm("a0") = arg0;
  register uint64_t a1 asm("a1") = arg1;
  register uint64_t a2 asm("a2") = arg2;
  register uint64_t a3 asm("a3") = arg3;
  register uint64_t a6 asm("a6") = function;
  register uint64_t a7 asm("a7") = extension;
  asm volatile("ecall" : "+r"(a0), "+r"(a1) : "r"(a2), "r"(a3), "r"(a6), "r"(a7) : "memory");
  return {static_cast<long>(a0), a1};
}

inline bool has(uint64_t extension) { return call(kBase, kProbe, extension).value != 0; }

}  // namespace jacinth::riscv64::sbi
