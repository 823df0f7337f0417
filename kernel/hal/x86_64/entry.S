// The first instructions: from the loader's 32-bit mode (PVH) to 64-bit code in the higher half.
//
// Linked where it is loaded, in sections that become free RAM once the kernel has its own page
// tables and stack.
#include "hal/x86_64/layout.h"

#define CR0_PROTECTED_PAGED 0x80010021  // PE, NE, WP, PG
#define CR4_PAE 0x20
#define MSR_EFER 0xc0000080
#define EFER_SYSCALL_LONG_NX 0x901
#define COM1_DATA 0x3f8
#define COM1_LINE_STATUS 0x3fd
#define COM1_OUTPUT_EMPTY 0x20
#define STATUS_PORT 0xe9  // machine.cc
#define KEYBOARD_PORT 0x64
#define KEYBOARD_PULSE_RESET 0xfe
#define PAGE_WRITABLE 0x3
#define PAGE_LARGE_WRITABLE 0x83
#define PAGE_BYTES 4096
#define TABLES_FOR_4_GIB 4

// What makes an ELF file bootable by PVH: note "Xen", type 18, the address of the 32-bit entry.
.section .note.pvh, "a", @note
  .balign 4
  .long 4, 8, 18
  .asciz "Xen"
  .quad jacinth_pvh_entry

.section .boot.bss, "aw", @nobits
  .balign PAGE_BYTES
boot_pml4: .skip PAGE_BYTES
boot_pdpt_low: .skip PAGE_BYTES
boot_pdpt_high: .skip PAGE_BYTES
boot_directories: .skip TABLES_FOR_4_GIB * PAGE_BYTES
  .skip 4 * PAGE_BYTES
boot_stack:

.section .boot.text, "ax"
.code32
// ebx: physical address of the start information. Interrupts are off, segments flat.
.global jacinth_pvh_entry
jacinth_pvh_entry:
  cli
  cld
  mov $boot_stack, %esp
  mov %ebx, %ebp

  mov $0x80000000, %eax
  cpuid
  cmp $0x80000001, %eax
  jb no_long_mode
  mov $0x80000001, %eax
  cpuid
  and $0x20100000, %edx  // long mode, no-execute pages
  cmp $0x20100000, %edx
  jne no_long_mode

  // The first 4 GiB at 0 and at the direct map, the first 1 GiB at the image's base.
  movl $boot_pdpt_low + PAGE_WRITABLE, boot_pml4
  movl $boot_pdpt_low + PAGE_WRITABLE, boot_pml4 + 256 * 8
  movl $boot_pdpt_high + PAGE_WRITABLE, boot_pml4 + 511 * 8
  movl $boot_directories + PAGE_WRITABLE, boot_pdpt_high + 510 * 8
  mov $boot_directories + PAGE_WRITABLE, %eax
  mov $boot_pdpt_low, %edi
  mov $TABLES_FOR_4_GIB, %ecx
1: mov %eax, (%edi)
  add $PAGE_BYTES, %eax
  add $8, %edi
  loop 1b
  mov $PAGE_LARGE_WRITABLE, %eax
  mov $boot_directories, %edi
  mov $TABLES_FOR_4_GIB * 512, %ecx
1: mov %eax, (%edi)
  add $0x200000, %eax
  add $8, %edi
  loop 1b

  mov $CR4_PAE, %eax
  mov %eax, %cr4
  mov $boot_pml4, %eax
  mov %eax, %cr3
  mov $MSR_EFER, %ecx
  mov $EFER_SYSCALL_LONG_NX, %eax
  xor %edx, %edx
  wrmsr
  mov $CR0_PROTECTED_PAGED, %eax
  mov %eax, %cr0
  lgdt boot_gdt_pointer
  ljmp $X86_64_KERNEL_CODE, $long_mode

// The 64-bit code's give_up() and its message, for a processor that cannot run it.
no_long_mode:
  mov $no_long_mode_text, %esi
1: mov $COM1_LINE_STATUS, %dx
  in %dx, %al
  test $COM1_OUTPUT_EMPTY, %al
  jz 1b
  mov $COM1_DATA, %dx
  lodsb
  test %al, %al
  jz 2f
  out %al, %dx
  jmp 1b
2: in $STATUS_PORT, %al
  cmp $STATUS_PORT, %al
  jne 3f
  mov $1, %al
  out %al, $STATUS_PORT
  mov $KEYBOARD_PULSE_RESET, %al
  out %al, $KEYBOARD_PORT
3: hlt
  jmp 3b
no_long_mode_text:
  .asciz "jacinth: this machine has no 64-bit mode with no-execute pages\r\n"

.code64
long_mode:
  mov $X86_64_KERNEL_DATA, %eax
  mov %eax, %ds
  mov %eax, %es
  mov %eax, %ss
  xor %eax, %eax
  mov %eax, %fs
  mov %eax, %gs
  mov %ebp, %edi
  xor %ebp, %ebp
  movabs $x86_64_start, %rax
  call *%rax
  ud2

.balign 8
boot_gdt:
  .quad 0
  .quad 0x00af9b000000ffff  // 64-bit code
  .quad 0x00cf93000000ffff  // data
boot_gdt_pointer:
  .word . - boot_gdt - 1
  .long boot_gdt
