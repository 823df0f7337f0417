// The first instructions of the other CPUs: from 16-bit mode to 64-bit code in the higher half. Copied
// to X86_64_TRAMPOLINE, where alone it runs; smp.cc fills in the words at its end.
#include "hal/x86_64/layout.h"

#define CR0_PROTECTED_PAGED 0x80010021  // PE, NE, WP, PG
#define CR4_PAE 0x20
#define MSR_EFER 0xc0000080
#define EFER_SYSCALL_LONG_NX 0x901
#define PLACE(label) (X86_64_TRAMPOLINE + label - x86_64_trampoline)

.section .rodata.trampoline, "a"
.balign 16
.global x86_64_trampoline
x86_64_trampoline:
.code16
  cli
  xor %ax, %ax
  mov %ax, %ds
  lgdtl PLACE(gdt_pointer)
  mov $CR4_PAE, %eax
  mov %eax, %cr4
  movl PLACE(x86_64_trampoline_words), %eax
  mov %eax, %cr3
  mov $MSR_EFER, %ecx
  mov $EFER_SYSCALL_LONG_NX, %eax
  xor %edx, %edx
  wrmsr
  mov $CR0_PROTECTED_PAGED, %eax
  mov %eax, %cr0
  ljmpl $X86_64_KERNEL_CODE, $PLACE(other_long_mode)

.code64
other_long_mode:
  xor %eax, %eax
  mov %eax, %ds
  mov %eax, %es
  mov %eax, %ss
  mov PLACE(x86_64_trampoline_words) + 8, %rsp
  mov PLACE(x86_64_trampoline_words) + 16, %rdi
  mov PLACE(x86_64_trampoline_words) + 24, %rax
  xor %ebp, %ebp
  call *%rax
  ud2

.balign 8
gdt:
  .quad 0
  .quad 0x00af9b000000ffff
gdt_pointer:
  .word . - gdt - 1
  .long PLACE(gdt)
.balign 8
// The topmost page table, the stack, the CPU's block, where to go on.
.global x86_64_trampoline_words
x86_64_trampoline_words:
  .quad 0, 0, 0, 0
.global x86_64_trampoline_end
x86_64_trampoline_end:
