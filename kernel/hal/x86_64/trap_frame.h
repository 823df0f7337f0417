// What traps.S leaves on the stack of a trap in the kernel.
#pragma once

#include <cstdint>

namespace jacinth::x86_64 {

struct TrapFrame {
  uint64_t r15, r14, r13, r12, r11, r10, r9, r8, rbp, rdi, rsi, rdx, rcx, rbx, rax;
  uint64_t vector, code;
  uint64_t rip, cs, rflags, rsp, ss;
};
static_assert(sizeof(TrapFrame) == 176);

// The kernel's own exception vectors that are handled apart.
inline constexpr uint64_t kDebugVector = 1;
inline constexpr uint64_t kNonMaskableVector = 2;
inline constexpr uint64_t kInvalidInstructionVector = 6;
inline constexpr uint64_t kProtectionVector = 13;
inline constexpr uint64_t kPageFaultVector = 14;

// Interrupt vectors. The first sixteen belong to the old interrupt controller, which is switched
// off but may still make a spurious one.
inline constexpr uint64_t kOldControllerVector = 32;
inline constexpr uint64_t kFirstDeviceVector = 48;
inline constexpr uint64_t kDeviceVectors = 64;
inline constexpr uint64_t kTimerVector = 125;
inline constexpr uint64_t kIpiVector = 126;
inline constexpr uint64_t kSpuriousVector =
    127;  // its low four bits must be ones on old processors
inline constexpr uint64_t kVectors = 128;
inline constexpr uint64_t kFirstInterruptVector = kOldControllerVector;

}  // namespace jacinth::x86_64
