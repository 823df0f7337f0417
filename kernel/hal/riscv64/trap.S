// Into a program and back out of it.
//
// While a program runs, sscratch holds its UserContext; while the kernel runs, zero, for then a trap is
// an error: interrupts stay masked, and user memory is reached through the direct map.

#include "offsets.h"

#define USER_CALL 8  // Cause::UserCall
#define CALL_INSTRUCTION_BYTES 4

.section .text

// Registers that C++ keeps, in the context whose address is in a0 and on the kernel's stack.
.macro KEPT_IN_CONTEXT op
  \op s0, CONTEXT_S0(a0)
  \op s1, CONTEXT_S1(a0)
  \op s2, CONTEXT_S2(a0)
  \op s3, CONTEXT_S3(a0)
  \op s4, CONTEXT_S4(a0)
  \op s5, CONTEXT_S5(a0)
  \op s6, CONTEXT_S6(a0)
  \op s7, CONTEXT_S7(a0)
  \op s8, CONTEXT_S8(a0)
  \op s9, CONTEXT_S9(a0)
  \op s10, CONTEXT_S10(a0)
  \op s11, CONTEXT_S11(a0)
.endm
// The first two as in any frame, for backtraces.
.macro KEPT_ON_STACK op
  \op s0, 0(sp)
  \op ra, 8(sp)
  \op s1, 16(sp)
  \op s2, 24(sp)
  \op s3, 32(sp)
  \op s4, 40(sp)
  \op s5, 48(sp)
  \op s6, 56(sp)
  \op s7, 64(sp)
  \op s8, 72(sp)
  \op s9, 80(sp)
  \op s10, 88(sp)
  \op s11, 96(sp)
.endm
// All the others, but for a0.
.macro CHANGED_IN_CONTEXT op
  \op ra, CONTEXT_RA(a0)
  \op gp, CONTEXT_GP(a0)
  \op t0, CONTEXT_T0(a0)
  \op t1, CONTEXT_T1(a0)
  \op t2, CONTEXT_T2(a0)
  \op t3, CONTEXT_T3(a0)
  \op t4, CONTEXT_T4(a0)
  \op t5, CONTEXT_T5(a0)
  \op t6, CONTEXT_T6(a0)
  \op a1, CONTEXT_A1(a0)
  \op a2, CONTEXT_A2(a0)
  \op a3, CONTEXT_A3(a0)
  \op a4, CONTEXT_A4(a0)
  \op a5, CONTEXT_A5(a0)
  \op a6, CONTEXT_A6(a0)
  \op a7, CONTEXT_A7(a0)
.endm

// Behind the registers: what enter_program() was given, for calls that are served at once.
#define FRAME_CONTEXT 104
#define FRAME_SERVER 112
#define FRAME_BYTES 128

// uint64_t enter_program(UserContext&, CallServer*): returns scause. The program counter is then behind
// the call that `server` has not finished.
.global enter_program
.balign 4
enter_program:
  addi sp, sp, -FRAME_BYTES
  KEPT_ON_STACK sd
  sd a0, FRAME_CONTEXT(sp)
  sd a1, FRAME_SERVER(sp)
  sd sp, HART_KERNEL_SP(tp)
  KEPT_IN_CONTEXT ld
// Into the program of the context in a0, with the registers that C++ keeps already its own.
go_on:
  csrw sscratch, a0
  ld t0, CONTEXT_PC(a0)
  csrw sepc, t0
  CHANGED_IN_CONTEXT ld
  ld sp, CONTEXT_SP(a0)
  ld tp, CONTEXT_TP(a0)
  ld a0, CONTEXT_A0(a0)
  sret

// stvec.
.global trap_entry
.balign 4
trap_entry:
  csrrw a0, sscratch, a0
  beqz a0, kernel_trap_entry
  CHANGED_IN_CONTEXT sd
  sd sp, CONTEXT_SP(a0)
  sd tp, CONTEXT_TP(a0)
  csrrw t0, sscratch, zero
  sd t0, CONTEXT_A0(a0)
  csrr t0, sepc
  csrr t1, scause
  ld tp, CONTEXT_HART(a0)
  ld sp, HART_KERNEL_SP(tp)
  li t2, USER_CALL
  bne t1, t2, not_a_call
  addi t0, t0, CALL_INSTRUCTION_BYTES
  sd t0, CONTEXT_PC(a0)
  ld a0, FRAME_SERVER(sp)
  lbu t0, HART_IN_COMPANY(tp)
  bnez t0, serve_with_others
  ld t0, 0(a0)  // CallServer::serve
  jalr t0
served:
  mv t1, a0
  ld a0, FRAME_CONTEXT(sp)
  bnez t1, go_on
  KEPT_IN_CONTEXT sd
  li a0, USER_CALL
  j leave_program
serve_with_others:
  call serve_in_company
  j served
not_a_call:
  sd t0, CONTEXT_PC(a0)
  KEPT_IN_CONTEXT sd
  mv a0, t1
leave_program:
  KEPT_ON_STACK ld
  addi sp, sp, FRAME_BYTES
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
