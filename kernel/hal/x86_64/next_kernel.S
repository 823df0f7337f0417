// The last instructions of this kernel: copied into a page that stays, mapped at its physical address,
// from where they put the next kernel in its place and enter it as a PVH loader does.
#include "hal/x86_64/layout.h"

#define CR0_PROTECTED 0x11  // PE, ET
#define CR4_PAE 0x20
#define MSR_EFER 0xc0000080

.section .rodata.next_kernel, "a"
.balign 16
.global x86_64_next_kernel
// rdi: hal::KernelMoves, ebx: the start information, ebp: the 32-bit entry; all physical addresses.
x86_64_next_kernel:
.code64
  cli
  cld
  lea next_stack(%rip), %rsp
  mov (%rdi), %r8
  lea 8(%rdi), %r9
1: test %r8, %r8
  jz 2f
  mov (%r9), %rdi
  mov 8(%r9), %rsi
  mov 16(%r9), %rcx
  rep movsb
  mov 24(%r9), %rcx
  xor %eax, %eax
  rep stosb
  add $32, %r9
  dec %r8
  jmp 1b
2:
  mov $CR4_PAE, %eax
  mov %rax, %cr4
  lea next_gdt(%rip), %rax
  mov %rax, next_gdt_pointer + 2(%rip)
  lgdt next_gdt_pointer(%rip)
  pushq $8
  lea next_flat(%rip), %rax
  push %rax
  lretq

.code32
next_flat:
  mov $16, %eax
  mov %eax, %ds
  mov %eax, %es
  mov %eax, %ss
  mov %eax, %fs
  mov %eax, %gs
  mov $CR0_PROTECTED, %eax
  mov %eax, %cr0
  mov $MSR_EFER, %ecx
  xor %eax, %eax
  xor %edx, %edx
  wrmsr
  mov %eax, %cr4
  jmp *%ebp

.code64
.balign 8
next_gdt:
  .quad 0
  .quad 0x00cf9b000000ffff  // code
  .quad 0x00cf93000000ffff  // data
next_gdt_pointer:
  .word . - next_gdt - 1
  .quad 0
.balign 16
  .skip 64
next_stack:
.global x86_64_next_kernel_end
x86_64_next_kernel_end:
