// Machine mode, when there is no firmware below us: sets itself up and goes on in supervisor mode.
//
// What runs in machine mode runs at physical addresses, so all of it is reached relative to the program
// counter, machine_mode.cc included.

#define MACHINE_STACK_SHIFT 10
#define MACHINE_HARTS 32

.section .text.machine_mode, "ax"
.global machine_start
machine_start:                      // a0 = hart, a1 = device tree
  li t0, MACHINE_HARTS
  bgeu a0, t0, park
  // Harts without supervisor mode (the fifth core of a U54 complex) have nothing to do.
  csrr t0, misa
  srli t0, t0, 'S' - 'A'
  andi t0, t0, 1
  beqz t0, park

  // Its stack; mscratch holds the top while the hart runs in other modes.
  lla sp, machine_stacks
  addi t0, a0, 1
  slli t0, t0, MACHINE_STACK_SHIFT
  add sp, sp, t0
  csrw mscratch, sp
  lla t0, machine_trap_entry
  csrw mtvec, t0

  // All memory is open to the other modes: the kernel itself is what runs there.
  li t0, -1
  csrw pmpaddr0, t0
  li t0, 0x1f                       // read, write, execute; a naturally aligned power of two
  csrw pmpcfg0, t0
  // All exceptions but calls of supervisor mode and our own, and supervisor's interrupts, are the kernel's.
  // So are illegal instructions, except where reading the time is one: that we do for them.
  lla t0, 1f
  csrw mtvec, t0
  li t1, 0xb1fb
  csrr t0, time
  li t1, 0xb1ff
.balign 4
1:
  csrw medeleg, t1
  li t0, 0x222
  csrw mideleg, t0
  li t0, 7                          // cycle, time, instret
  csrw mcounteren, t0
  csrwi scounteren, 2
  // A timer of supervisor mode's own (Sstc), where menvcfg exists; else the write traps to the next line.
  lla t0, 2f
  csrw mtvec, t0
  li t0, 1 << 63
  csrs 0x30a, t0                    // menvcfg.STCE
.balign 4
2:
  lla t0, machine_trap_entry
  csrw mtvec, t0
  li t0, 1 << 3                     // software interrupts of machine mode
  csrw mie, t0
  csrw satp, zero

  // One hart boots, the others wait to be started.
  lla t0, boot_hart_chosen
  li t1, 1
  amoswap.w.aq t1, t1, (t0)
  bnez t1, wait_for_start
  lla t0, supervisor_start
to_supervisor:                      // a0 = hart, a1 = argument, t0 = where
  csrw mepc, t0
  li t0, 3 << 11 | 1 << 7           // from machine mode with interrupts on
  csrc mstatus, t0
  li t0, 1 << 11                    // to supervisor mode
  csrs mstatus, t0
  mret

wait_for_start:                     // a0 = hart
  mv s0, a0
1: wfi
  mv a0, s0
  call machine_start_request        // -> the address to start at, or 0; the argument
  beqz a0, 1b
  mv t0, a0
  mv a0, s0
  j to_supervisor

park:
  csrw mie, zero
1: wfi
  j 1b

.balign 4
machine_trap_entry:
  csrrw sp, mscratch, sp
  addi sp, sp, -256
.irp n, 1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
  sd x\n, 8*\n(sp)
.endr
  csrr t0, mscratch
  sd t0, 8*2(sp)
  mv a0, sp                         // the registers, x0 to x31
  call machine_trap
  ld t0, 8*2(sp)
  csrw mscratch, t0
.irp n, 1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
  ld x\n, 8*\n(sp)
.endr
  addi sp, sp, 256
  csrrw sp, mscratch, sp
  mret

// Not in .bss, which the boot hart clears while others are here already.
.section .data.machine_mode, "aw"
.balign 8
boot_hart_chosen: .dword 0

// Nor these.
.section .noinit.machine_stacks, "aw", @nobits
.balign 16
machine_stacks: .skip MACHINE_HARTS << MACHINE_STACK_SHIFT
