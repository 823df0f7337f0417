// The kernel's first instructions.
//
// Boot loaders and firmware jump here with a0 = hart, a1 = the device tree's physical address, without
// address translation, wherever the image was loaded: code that runs before translation refers to
// everything relative to the program counter.

#include "offsets.h"

#define SEEN_BEFORE 0x6a6163696e7468

.section .text.entry, "ax"
.global _start
_start:
  // In machine mode or in supervisor mode? Only the former has mhartid. SBI firmware enters a kernel with
  // stvec at its first instruction, so in supervisor mode the attempt leads back here, once.
  li t0, SEEN_BEFORE
  beq t0, t6, supervisor_start
  mv t6, t0
  csrr a0, mhartid
  tail machine_start  // farther than a jump reaches

// In supervisor mode: the boot hart first, then each one that it has had the firmware start. All come in at
// one place, and without relying on a1, as OpenSBI 1.1 marks a hart as to be started before it notes where
// and with what: a hart that is quick goes where the boot hart went.
.global supervisor_start
.balign 4
supervisor_start:
  csrw sie, zero
  csrw satp, zero
  lla t0, boot_hart_came
  li t1, 1
  amoswap.w.aq t1, t1, (t0)
  bnez t1, further_hart

  lla t0, bss_start
  lla t1, bss_end
1: sd zero, (t0)
  addi t0, t0, 8
  bltu t0, t1, 1b

  lla sp, boot_stack_end
  mv s0, a0
  mv s1, a1
  lla a0, _start
  call make_first_translation       // (where the image lies, the device tree) -> satp
  ld t0, linked_start
  lla t1, _start
  sub t1, t0, t1                    // from where we are to where we are linked
  add sp, sp, t1
  lla t2, 2f
  add t2, t2, t1
  csrw stvec, t2                    // the next fetch faults, and leads there
  sfence.vma
  csrw satp, a0
.balign 4
2:
  lla t0, trap_entry
  csrw stvec, t0
  csrw sscratch, zero
  lla tp, harts                     // CPU 0's
  mv a0, s0
  mv a1, s1
  li ra, 0
  li s0, 0
  call start_machine

further_hart:
  lla a1, hart_start
  ld a0, START_SATP(a1)
  ld sp, START_STACK(a1)
  ld tp, START_HART(a1)
  ld s1, START_ENTRY(a1)
  ld t0, linked_start
  lla t1, _start
  sub t1, t0, t1
  lla t2, 3f
  add t2, t2, t1
  csrw stvec, t2
  csrw sie, zero
  sfence.vma
  csrw satp, a0
.balign 4
3:
  lla t0, trap_entry
  csrw stvec, t0
  csrw sscratch, zero
  li ra, 0
  li s0, 0
  jr s1

.balign 8
linked_start: .dword _start

// Not in .bss, which only the boot hart clears.
.section .data.boot_hart_came, "aw"
.balign 4
boot_hart_came: .word 0

.section .bss.boot_stack, "aw", @nobits
.balign 16
  .skip 8192
boot_stack_end:
