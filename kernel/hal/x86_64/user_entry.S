// Into a user program and back out of it.
#include "hal/x86_64/cpu_local.h"
#include "hal/x86_64/layout.h"

#define ENTRY_SYSCALL 1

// uint32_t x86_64_enter_user(UserContext* context, CallServer* server): 0 when the program has made a
// system call that `server` has not finished, 1 when a trap or an interrupt has stopped it
// (Cpu::trap_vector). GS changes hands last; from there on only an emergency can come, which looks for
// itself. The server lies on top of the stack, which is then aligned for a call.
.text
.balign 16
.global x86_64_enter_user
x86_64_enter_user:
  push %rbp
  push %rbx
  push %r12
  push %r13
  push %r14
  push %r15
  push %rsi
  mov %rsp, %gs:CPU_KERNEL_SP
  mov %rdi, %gs:CPU_CONTEXT
  cmpb $ENTRY_SYSCALL, CONTEXT_ENTRY(%rdi)
  jne enter_full
  mov CONTEXT_RAX(%rdi), %rax
  mov CONTEXT_RBX(%rdi), %rbx
  mov CONTEXT_RIP(%rdi), %rcx
  mov CONTEXT_RDX(%rdi), %rdx
  mov CONTEXT_RSI(%rdi), %rsi
  mov CONTEXT_RBP(%rdi), %rbp
  mov CONTEXT_R8(%rdi), %r8
  mov CONTEXT_R9(%rdi), %r9
  mov CONTEXT_R10(%rdi), %r10
  mov CONTEXT_RFLAGS(%rdi), %r11
  mov CONTEXT_R12(%rdi), %r12
  mov CONTEXT_R13(%rdi), %r13
  mov CONTEXT_R14(%rdi), %r14
  mov CONTEXT_R15(%rdi), %r15
  mov CONTEXT_RSP(%rdi), %rsp
  mov CONTEXT_RDI(%rdi), %rdi
  swapgs
  sysretq

enter_full:
  pushq $X86_64_USER_DATA
  pushq CONTEXT_RSP(%rdi)
  pushq CONTEXT_RFLAGS(%rdi)
  pushq $X86_64_USER_CODE
  pushq CONTEXT_RIP(%rdi)
  mov CONTEXT_RAX(%rdi), %rax
  mov CONTEXT_RBX(%rdi), %rbx
  mov CONTEXT_RCX(%rdi), %rcx
  mov CONTEXT_RDX(%rdi), %rdx
  mov CONTEXT_RSI(%rdi), %rsi
  mov CONTEXT_RBP(%rdi), %rbp
  mov CONTEXT_R8(%rdi), %r8
  mov CONTEXT_R9(%rdi), %r9
  mov CONTEXT_R10(%rdi), %r10
  mov CONTEXT_R11(%rdi), %r11
  mov CONTEXT_R12(%rdi), %r12
  mov CONTEXT_R13(%rdi), %r13
  mov CONTEXT_R14(%rdi), %r14
  mov CONTEXT_R15(%rdi), %r15
  mov CONTEXT_RDI(%rdi), %rdi
  swapgs
  iretq

// Where SYSCALL arrives, with the program's stack and GS. The stack pointer serves as the context's
// address until the kernel's stack is due. A call that is served at once needs of the context only what
// C++ may change; what it keeps is saved for one that is not. Leaves the server in RDI.
.macro SAVE_CALL
  swapgs
  mov %rsp, %gs:CPU_SCRATCH
  mov %gs:CPU_CONTEXT, %rsp
  mov %rax, CONTEXT_RAX(%rsp)
  mov %rdx, CONTEXT_RDX(%rsp)
  mov %rsi, CONTEXT_RSI(%rsp)
  mov %rdi, CONTEXT_RDI(%rsp)
  mov %r8, CONTEXT_R8(%rsp)
  mov %r9, CONTEXT_R9(%rsp)
  mov %r10, CONTEXT_R10(%rsp)
  mov %r12, CONTEXT_R12(%rsp)
  mov %r13, CONTEXT_R13(%rsp)
  mov %rcx, CONTEXT_RIP(%rsp)
  mov %r11, CONTEXT_RFLAGS(%rsp)
  mov %gs:CPU_SCRATCH, %rax
  mov %rax, CONTEXT_RSP(%rsp)
  mov %gs:CPU_KERNEL_SP, %rsp
  mov (%rsp), %rdi
.endm

.balign 16
.global x86_64_syscall_entry_in_company
x86_64_syscall_entry_in_company:
  SAVE_CALL
  call x86_64_serve_in_company
  jmp served

.balign 16
.global x86_64_syscall_entry
x86_64_syscall_entry:
  SAVE_CALL
  call *(%rdi)  // CallServer::serve
served:
  mov %gs:CPU_CONTEXT, %rdi
  test %al, %al
  jz leave_after_call
  // Extended registers that somebody has asked for are loaded no more.
  cmpb $0, %gs:CPU_LOADED_LIVE
  je leave_after_call
  mov CONTEXT_RAX(%rdi), %rax
  mov CONTEXT_RDX(%rdi), %rdx
  mov CONTEXT_RSI(%rdi), %rsi
  mov CONTEXT_R8(%rdi), %r8
  mov CONTEXT_R9(%rdi), %r9
  mov CONTEXT_R10(%rdi), %r10
  mov CONTEXT_RIP(%rdi), %rcx
  mov CONTEXT_RFLAGS(%rdi), %r11
  mov CONTEXT_RSP(%rdi), %rsp
  mov CONTEXT_RDI(%rdi), %rdi
  swapgs
  sysretq

leave_after_call:
  mov CONTEXT_RIP(%rdi), %rcx
  mov CONTEXT_RFLAGS(%rdi), %r11
  mov %rbx, CONTEXT_RBX(%rdi)
  mov %rcx, CONTEXT_RCX(%rdi)
  mov %rbp, CONTEXT_RBP(%rdi)
  mov %r11, CONTEXT_R11(%rdi)
  mov %r14, CONTEXT_R14(%rdi)
  mov %r15, CONTEXT_R15(%rdi)
  movb $ENTRY_SYSCALL, CONTEXT_ENTRY(%rdi)
  xor %eax, %eax
  jmp restore_kernel_registers

// Ends x86_64_enter_user() after a trap.
.global x86_64_leave_user
x86_64_leave_user:
  mov %gs:CPU_KERNEL_SP, %rsp
  mov $1, %eax
restore_kernel_registers:
  pop %rcx  // the server
  pop %r15
  pop %r14
  pop %r13
  pop %r12
  pop %rbx
  pop %rbp
  ret
