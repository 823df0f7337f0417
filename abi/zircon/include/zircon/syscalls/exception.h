// Exceptions: messages on exception channels, and reports.
#pragma once

#include <zircon/types.h>

typedef uint32_t zx_excp_type_t;
#define ZX_EXCP_GENERAL ((zx_excp_type_t)0x008u)
#define ZX_EXCP_FATAL_PAGE_FAULT ((zx_excp_type_t)0x108u)
#define ZX_EXCP_UNDEFINED_INSTRUCTION ((zx_excp_type_t)0x208u)
#define ZX_EXCP_SW_BREAKPOINT ((zx_excp_type_t)0x308u)
#define ZX_EXCP_HW_BREAKPOINT ((zx_excp_type_t)0x408u)
#define ZX_EXCP_UNALIGNED_ACCESS ((zx_excp_type_t)0x508u)
// Reported by the kernel, not raised by the processor.
#define ZX_EXCP_SYNTH ((zx_excp_type_t)0x8000u)
#define ZX_EXCP_THREAD_STARTING ((zx_excp_type_t)0x8008u)
#define ZX_EXCP_THREAD_EXITING ((zx_excp_type_t)0x8108u)
#define ZX_EXCP_POLICY_ERROR ((zx_excp_type_t)0x8208u)
#define ZX_EXCP_PROCESS_STARTING ((zx_excp_type_t)0x8308u)
#define ZX_EXCP_IS_ARCH(type) (((type) & ZX_EXCP_SYNTH) == 0)

// Which channel a thread's exception waits in (zx_info_thread_t).
#define ZX_EXCEPTION_CHANNEL_TYPE_NONE (0u)
#define ZX_EXCEPTION_CHANNEL_TYPE_DEBUGGER (1u)
#define ZX_EXCEPTION_CHANNEL_TYPE_THREAD (2u)
#define ZX_EXCEPTION_CHANNEL_TYPE_PROCESS (3u)
#define ZX_EXCEPTION_CHANNEL_TYPE_JOB (4u)
#define ZX_EXCEPTION_CHANNEL_TYPE_JOB_DEBUGGER (5u)

// ZX_PROP_EXCEPTION_STATE and ZX_PROP_EXCEPTION_STRATEGY.
#define ZX_EXCEPTION_STATE_TRY_NEXT (0u)
#define ZX_EXCEPTION_STATE_HANDLED (1u)
#define ZX_EXCEPTION_STRATEGY_FIRST_CHANCE (0u)
#define ZX_EXCEPTION_STRATEGY_SECOND_CHANCE (1u)

typedef struct zx_exception_info {
  zx_koid_t pid;
  zx_koid_t tid;
  zx_excp_type_t type;
  uint8_t padding1[4];
} zx_exception_info_t;
ZX_ASSERT_SIZE(zx_exception_info_t, 24);

typedef struct zx_x86_64_exc_data {
  uint64_t vector;
  uint64_t err_code;
  uint64_t cr2;
} zx_x86_64_exc_data_t;

typedef struct zx_riscv64_exc_data {
  uint64_t cause;
  uint64_t tval;
  uint8_t padding1[8];
} zx_riscv64_exc_data_t;

typedef struct zx_exception_header {
  uint32_t size;
  zx_excp_type_t type;
} zx_exception_header_t;

typedef struct zx_exception_context {
  union {
    zx_x86_64_exc_data_t x86_64;
    zx_riscv64_exc_data_t riscv_64;
  } arch;
} zx_exception_context_t;

typedef struct zx_exception_report {
  zx_exception_header_t header;
  zx_exception_context_t context;
} zx_exception_report_t;
ZX_ASSERT_SIZE(zx_exception_report_t, 32);
