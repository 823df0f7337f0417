// Guests and their processors: zx_guest_*, zx_vcpu_*.
#pragma once

#include <zircon/types.h>

#define ZX_GUEST_TRAP_BELL (0u)
#define ZX_GUEST_TRAP_MEM (1u)
#define ZX_GUEST_TRAP_IO (2u)
#define ZX_VCPU_STATE (0u)
#define ZX_VCPU_IO (1u)

typedef struct zx_x86_64_vcpu_state {
  uint64_t rax, rcx, rdx, rbx, rsp, rbp, rsi, rdi;
  uint64_t r8, r9, r10, r11, r12, r13, r14, r15;
  uint64_t rflags;
} zx_x86_64_vcpu_state_t;
ZX_ASSERT_SIZE(zx_x86_64_vcpu_state_t, 136);

typedef struct zx_vcpu_io {
  uint8_t access_size;
  uint8_t padding1[3];
  union {
    uint8_t u8;
    uint16_t u16;
    uint32_t u32;
    uint8_t data[4];
  };
} zx_vcpu_io_t;
ZX_ASSERT_SIZE(zx_vcpu_io_t, 8);
