// Register state: zx_thread_read_state, zx_thread_write_state.
#pragma once

#include <zircon/types.h>

typedef uint32_t zx_thread_state_topic_t;
#define ZX_THREAD_STATE_GENERAL_REGS ((zx_thread_state_topic_t)0)
#define ZX_THREAD_STATE_FP_REGS ((zx_thread_state_topic_t)1)
#define ZX_THREAD_STATE_VECTOR_REGS ((zx_thread_state_topic_t)2)
#define ZX_THREAD_STATE_DEBUG_REGS ((zx_thread_state_topic_t)4)
#define ZX_THREAD_STATE_SINGLE_STEP ((zx_thread_state_topic_t)5)
#define ZX_THREAD_X86_REGISTER_FS ((zx_thread_state_topic_t)6)
#define ZX_THREAD_X86_REGISTER_GS ((zx_thread_state_topic_t)7)

typedef uint32_t zx_thread_state_single_step_t;

typedef struct zx_x86_64_thread_state_general_regs {
  uint64_t rax, rbx, rcx, rdx, rsi, rdi, rbp, rsp;
  uint64_t r8, r9, r10, r11, r12, r13, r14, r15;
  uint64_t rip, rflags;
  uint64_t fs_base, gs_base;
} zx_x86_64_thread_state_general_regs_t;
ZX_ASSERT_SIZE(zx_x86_64_thread_state_general_regs_t, 160);
ZX_ASSERT_OFFSET(zx_x86_64_thread_state_general_regs_t, rip, 128);

typedef struct zx_x86_64_register128 {
  uint64_t low, high;
} zx_x86_64_register128_t;

typedef struct zx_x86_64_thread_state_fp_regs {
  uint16_t fcw;
  uint16_t fsw;
  uint8_t ftw;
  uint8_t reserved;
  uint16_t fop;
  uint64_t fip;
  uint64_t fdp;
  uint8_t padding1[8];
  zx_x86_64_register128_t st[8];
} zx_x86_64_thread_state_fp_regs_t;
ZX_ASSERT_SIZE(zx_x86_64_thread_state_fp_regs_t, 160);
ZX_ASSERT_OFFSET(zx_x86_64_thread_state_fp_regs_t, st, 32);

typedef struct zx_x86_64_thread_state_vector_regs {
  struct {
    uint64_t v[8];
  } zmm[32];
  uint64_t opmask[8];
  uint32_t mxcsr;
  uint8_t padding1[4];
} zx_x86_64_thread_state_vector_regs_t;
ZX_ASSERT_SIZE(zx_x86_64_thread_state_vector_regs_t, 2120);
ZX_ASSERT_OFFSET(zx_x86_64_thread_state_vector_regs_t, mxcsr, 2112);

typedef struct zx_x86_64_thread_state_debug_regs {
  uint64_t dr[4];
  uint64_t dr6;
  uint64_t dr7;
} zx_x86_64_thread_state_debug_regs_t;
ZX_ASSERT_SIZE(zx_x86_64_thread_state_debug_regs_t, 48);

// Zircon had no RISC-V in 2020; these follow the layout that Fuchsia published for it later.
typedef struct zx_riscv64_thread_state_general_regs {
  uint64_t pc, ra, sp, gp, tp;
  uint64_t t0, t1, t2;
  uint64_t s0, s1;
  uint64_t a0, a1, a2, a3, a4, a5, a6, a7;
  uint64_t s2, s3, s4, s5, s6, s7, s8, s9, s10, s11;
  uint64_t t3, t4, t5, t6;
} zx_riscv64_thread_state_general_regs_t;
ZX_ASSERT_SIZE(zx_riscv64_thread_state_general_regs_t, 256);

typedef struct zx_riscv64_thread_state_fp_regs {
  struct {
    uint64_t low, high;
  } q[32];
  uint32_t fcsr;
  uint8_t padding1[12];
} zx_riscv64_thread_state_fp_regs_t;
ZX_ASSERT_SIZE(zx_riscv64_thread_state_fp_regs_t, 528);

#if defined(__x86_64__)
typedef zx_x86_64_thread_state_general_regs_t zx_thread_state_general_regs_t;
typedef zx_x86_64_thread_state_fp_regs_t zx_thread_state_fp_regs_t;
typedef zx_x86_64_thread_state_vector_regs_t zx_thread_state_vector_regs_t;
typedef zx_x86_64_thread_state_debug_regs_t zx_thread_state_debug_regs_t;
#elif defined(__riscv)
typedef zx_riscv64_thread_state_general_regs_t zx_thread_state_general_regs_t;
typedef zx_riscv64_thread_state_fp_regs_t zx_thread_state_fp_regs_t;
#endif
