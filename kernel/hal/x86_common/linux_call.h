// Linux's system calls in the registers of x86-64.
#pragma once

#include "hal/linux_call.h"
#include "hal/x86_common/registers.h"

namespace jacinth::hal::x86 {

inline constexpr uint64_t kSyscallInstructionBytes = 2;

inline LinuxCall linux_call(const GeneralRegisters& r) {
  return {.number = r.rax, .args = {r.rdi, r.rsi, r.rdx, r.r10, r.r8, r.r9}};
}
// Only rax has changed since.
inline void undo_linux_call(GeneralRegisters& r, const LinuxCall& call) {
  r.rax = call.number;
  r.rip -= kSyscallInstructionBytes;
}

}  // namespace jacinth::hal::x86
