// How user programs reach the kernel.
#pragma once

#include <cstdint>

namespace jacinth::hal {

// The address that a program calls instead of trapping, for the slots that a call library of the
// calling form leaves open (zcore_syscall_entry); 0 on machines whose programs trap.
//
// Convention of the call (host, x86-64): the call's number in eax, arguments as for a C function:
// rdi rsi rdx rcx r8 r9, the rest on the stack behind the return address. The result comes back in
// rax; callee-saved registers and the floating-point control words are kept, as for any function.
uintptr_t syscall_entry_address();

}  // namespace jacinth::hal
