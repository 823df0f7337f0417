// Where exceptions and interrupts arrive.
//
// From user mode the registers go into the program's context, and enter_user() returns. From kernel
// mode (halt(), a fault of a user copy, a bug) they go onto the stack, and a C++ function looks.
#include "hal/x86_64/cpu_local.h"
#include "hal/x86_64/layout.h"
#include "hal/x86_64/smap.h"

#define VECTORS 128
#define STUB_BYTES 16
#define MSR_GS_BASE 0xc0000101

// A stub for each vector brings the stack to one form: vector, code, rip, cs, rflags, rsp, ss.
.macro STUB vector, target
  .balign STUB_BYTES
  // The processor itself pushes a code for these.
  .if !(\vector == 8 || (\vector >= 10 && \vector <= 14) || \vector == 17 || \vector == 21 || \vector == 29 || \vector == 30)
    pushq $0
  .endif
  pushq $\vector
  jmp \target
.endm

.text
.balign STUB_BYTES
.global x86_64_trap_stubs
x86_64_trap_stubs:
.set vector, 0
.rept VECTORS
  .if vector == 2 || vector == 8 || vector == 18
    STUB vector, emergency
  .elseif vector == 1
    STUB vector, debug
  .else
    STUB vector, trap
  .endif
  .set vector, vector + 1
.endr

.balign 16
trap:
  testb $3, 24(%rsp)
  jz trap_in_kernel
trap_in_user:
  swapgs
  FORBID_USER_ACCESS
  push %rax
  mov %gs:CPU_CONTEXT, %rax
  popq CONTEXT_RAX(%rax)
  mov %rbx, CONTEXT_RBX(%rax)
  mov %rcx, CONTEXT_RCX(%rax)
  mov %rdx, CONTEXT_RDX(%rax)
  mov %rsi, CONTEXT_RSI(%rax)
  mov %rdi, CONTEXT_RDI(%rax)
  mov %rbp, CONTEXT_RBP(%rax)
  mov %r8, CONTEXT_R8(%rax)
  mov %r9, CONTEXT_R9(%rax)
  mov %r10, CONTEXT_R10(%rax)
  mov %r11, CONTEXT_R11(%rax)
  mov %r12, CONTEXT_R12(%rax)
  mov %r13, CONTEXT_R13(%rax)
  mov %r14, CONTEXT_R14(%rax)
  mov %r15, CONTEXT_R15(%rax)
  popq %gs:CPU_TRAP_VECTOR
  popq %gs:CPU_TRAP_CODE
  popq CONTEXT_RIP(%rax)
  lea 8(%rsp), %rsp
  popq CONTEXT_RFLAGS(%rax)
  popq CONTEXT_RSP(%rax)
  movb $0, CONTEXT_ENTRY(%rax)
  cld
  jmp x86_64_leave_user

.macro PUSH_REGISTERS
  push %rax
  push %rbx
  push %rcx
  push %rdx
  push %rsi
  push %rdi
  push %rbp
  push %r8
  push %r9
  push %r10
  push %r11
  push %r12
  push %r13
  push %r14
  push %r15
.endm
.macro POP_REGISTERS
  pop %r15
  pop %r14
  pop %r13
  pop %r12
  pop %r11
  pop %r10
  pop %r9
  pop %r8
  pop %rbp
  pop %rdi
  pop %rsi
  pop %rdx
  pop %rcx
  pop %rbx
  pop %rax
.endm

trap_in_kernel:
  PUSH_REGISTERS
  mov %rsp, %rdi
  cld
  call x86_64_kernel_trap
  POP_REGISTERS
  add $16, %rsp
  iretq

debug:
  testb $3, 24(%rsp)
  jnz trap_in_user
// On a stack of its own, whose top holds this CPU's address: GS may be the kernel's or a program's, and
// is left as it was.
emergency:
  PUSH_REGISTERS
  mov $MSR_GS_BASE, %ecx
  rdmsr
  mov %eax, %r12d
  mov %edx, %r13d
  mov 176(%rsp), %rax
  mov %rax, %rdx
  shr $32, %rdx
  wrmsr
  mov %rsp, %rdi
  cld
  call x86_64_emergency
  mov $MSR_GS_BASE, %ecx
  mov %r12d, %eax
  mov %r13d, %edx
  wrmsr
  POP_REGISTERS
  add $16, %rsp
  iretq
