// Into a program and back out of it.
//
// While a program runs, sscratch holds its UserContext; while the kernel runs, zero, for then a trap is
// an error: interrupts stay masked, and user memory is reached through the direct map.

#include "offsets.h"

.section .text

// uint64_t enter_program(UserContext&): returns scause.
.global enter_program
.balign 4
enter_program:
  addi sp, sp, -112
  sd ra, 0(sp)
  sd s0, 8(sp)
  sd s1, 16(sp)
  sd s2, 24(sp)
  sd s3, 32(sp)
  sd s4, 40(sp)
  sd s5, 48(sp)
  sd s6, 56(sp)
  sd s7, 64(sp)
  sd s8, 72(sp)
  sd s9, 80(sp)
  sd s10, 88(sp)
  sd s11, 96(sp)
  sd sp, HART_KERNEL_SP(tp)
  csrw sscratch, a0
  ld t0, CONTEXT_PC(a0)
  csrw sepc, t0
  ld ra, CONTEXT_RA(a0)
  ld sp, CONTEXT_SP(a0)
  ld gp, CONTEXT_GP(a0)
  ld tp, CONTEXT_TP(a0)
  ld t0, CONTEXT_T0(a0)
  ld t1, CONTEXT_T1(a0)
  ld t2, CONTEXT_T2(a0)
  ld s0, CONTEXT_S0(a0)
  ld s1, CONTEXT_S1(a0)
  ld a1, CONTEXT_A1(a0)
  ld a2, CONTEXT_A2(a0)
  ld a3, CONTEXT_A3(a0)
  ld a4, CONTEXT_A4(a0)
  ld a5, CONTEXT_A5(a0)
  ld a6, CONTEXT_A6(a0)
  ld a7, CONTEXT_A7(a0)
  ld s2, CONTEXT_S2(a0)
  ld s3, CONTEXT_S3(a0)
  ld s4, CONTEXT_S4(a0)
  ld s5, CONTEXT_S5(a0)
  ld s6, CONTEXT_S6(a0)
  ld s7, CONTEXT_S7(a0)
  ld s8, CONTEXT_S8(a0)
  ld s9, CONTEXT_S9(a0)
  ld s10, CONTEXT_S10(a0)
  ld s11, CONTEXT_S11(a0)
  ld t3, CONTEXT_T3(a0)
  ld t4, CONTEXT_T4(a0)
  ld t5, CONTEXT_T5(a0)
  ld t6, CONTEXT_T6(a0)
  ld a0, CONTEXT_A0(a0)
  sret

// stvec.
.global trap_entry
.balign 4
trap_entry:
  csrrw a0, sscratch, a0
  beqz a0, kernel_trap_entry
  sd ra, CONTEXT_RA(a0)
  sd sp, CONTEXT_SP(a0)
  sd gp, CONTEXT_GP(a0)
  sd tp, CONTEXT_TP(a0)
  sd t0, CONTEXT_T0(a0)
  sd t1, CONTEXT_T1(a0)
  sd t2, CONTEXT_T2(a0)
  sd s0, CONTEXT_S0(a0)
  sd s1, CONTEXT_S1(a0)
  sd a1, CONTEXT_A1(a0)
  sd a2, CONTEXT_A2(a0)
  sd a3, CONTEXT_A3(a0)
  sd a4, CONTEXT_A4(a0)
  sd a5, CONTEXT_A5(a0)
  sd a6, CONTEXT_A6(a0)
  sd a7, CONTEXT_A7(a0)
  sd s2, CONTEXT_S2(a0)
  sd s3, CONTEXT_S3(a0)
  sd s4, CONTEXT_S4(a0)
  sd s5, CONTEXT_S5(a0)
  sd s6, CONTEXT_S6(a0)
  sd s7, CONTEXT_S7(a0)
  sd s8, CONTEXT_S8(a0)
  sd s9, CONTEXT_S9(a0)
  sd s10, CONTEXT_S10(a0)
  sd s11, CONTEXT_S11(a0)
  sd t3, CONTEXT_T3(a0)
  sd t4, CONTEXT_T4(a0)
  sd t5, CONTEXT_T5(a0)
  sd t6, CONTEXT_T6(a0)
  csrrw t0, sscratch, zero
  sd t0, CONTEXT_A0(a0)
  csrr t0, sepc
  sd t0, CONTEXT_PC(a0)
  ld tp, CONTEXT_HART(a0)
  ld sp, HART_KERNEL_SP(tp)
  csrr a0, scause
  ld ra, 0(sp)
  ld s0, 8(sp)
  ld s1, 16(sp)
  ld s2, 24(sp)
  ld s3, 32(sp)
  ld s4, 40(sp)
  ld s5, 48(sp)
  ld s6, 56(sp)
  ld s7, 64(sp)
  ld s8, 72(sp)
  ld s9, 80(sp)
  ld s10, 88(sp)
  ld s11, 96(sp)
  addi sp, sp, 112
  ret

// A fault of the kernel's own: its registers, in the order of the ABI's structure, for the report. The
// stack may be what is wrong, so another one is used.
kernel_trap_entry:
  sd sp, HART_TRAP_SP(tp)
  ld sp, HART_TRAP_STACK(tp)
  addi sp, sp, -CONTEXT_BYTES
  sd ra, CONTEXT_RA(sp)
  sd gp, CONTEXT_GP(sp)
  sd tp, CONTEXT_TP(sp)
  sd t0, CONTEXT_T0(sp)
  sd t1, CONTEXT_T1(sp)
  sd t2, CONTEXT_T2(sp)
  sd s0, CONTEXT_S0(sp)
  sd s1, CONTEXT_S1(sp)
  sd a1, CONTEXT_A1(sp)
  sd a2, CONTEXT_A2(sp)
  sd a3, CONTEXT_A3(sp)
  sd a4, CONTEXT_A4(sp)
  sd a5, CONTEXT_A5(sp)
  sd a6, CONTEXT_A6(sp)
  sd a7, CONTEXT_A7(sp)
  sd s2, CONTEXT_S2(sp)
  sd s3, CONTEXT_S3(sp)
  sd s4, CONTEXT_S4(sp)
  sd s5, CONTEXT_S5(sp)
  sd s6, CONTEXT_S6(sp)
  sd s7, CONTEXT_S7(sp)
  sd s8, CONTEXT_S8(sp)
  sd s9, CONTEXT_S9(sp)
  sd s10, CONTEXT_S10(sp)
  sd s11, CONTEXT_S11(sp)
  sd t3, CONTEXT_T3(sp)
  sd t4, CONTEXT_T4(sp)
  sd t5, CONTEXT_T5(sp)
  sd t6, CONTEXT_T6(sp)
  csrrw t0, sscratch, zero
  sd t0, CONTEXT_A0(sp)
  ld t0, HART_TRAP_SP(tp)
  sd t0, CONTEXT_SP(sp)
  csrr t0, sepc
  sd t0, CONTEXT_PC(sp)
  mv a0, sp
  call kernel_trap
