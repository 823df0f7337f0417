// Offsets that assembly needs; traps.cc checks them.
#pragma once

// UserContext: the general registers come first, in the order of the ABI's structure.
#define CONTEXT_PC 0
#define CONTEXT_RA 8
#define CONTEXT_SP 16
#define CONTEXT_GP 24
#define CONTEXT_TP 32
#define CONTEXT_T0 40
#define CONTEXT_T1 48
#define CONTEXT_T2 56
#define CONTEXT_S0 64
#define CONTEXT_S1 72
#define CONTEXT_A0 80
#define CONTEXT_A1 88
#define CONTEXT_A2 96
#define CONTEXT_A3 104
#define CONTEXT_A4 112
#define CONTEXT_A5 120
#define CONTEXT_A6 128
#define CONTEXT_A7 136
#define CONTEXT_S2 144
#define CONTEXT_S3 152
#define CONTEXT_S4 160
#define CONTEXT_S5 168
#define CONTEXT_S6 176
#define CONTEXT_S7 184
#define CONTEXT_S8 192
#define CONTEXT_S9 200
#define CONTEXT_S10 208
#define CONTEXT_S11 216
#define CONTEXT_T3 224
#define CONTEXT_T4 232
#define CONTEXT_T5 240
#define CONTEXT_T6 248
#define CONTEXT_BYTES 256
#define CONTEXT_HART 256

// Hart
#define HART_KERNEL_SP 0
#define HART_TRAP_STACK 8
#define HART_TRAP_SP 16
#define HART_IN_COMPANY 24

// HartStart
#define START_SATP 0
#define START_STACK 8
#define START_HART 16
#define START_ENTRY 24
