// How a thread is scheduled: zx_profile_create.
#pragma once

#include <zircon/syscalls/object.h>
#include <zircon/types.h>

#define ZX_PROFILE_INFO_FLAG_PRIORITY (1u << 0)
#define ZX_PROFILE_INFO_FLAG_CPU_MASK (1u << 1)
#define ZX_PROFILE_INFO_FLAG_DEADLINE (1u << 2)
#define ZX_PRIORITY_LOWEST (0)
#define ZX_PRIORITY_DEFAULT (16)
#define ZX_PRIORITY_HIGHEST (31)

typedef struct zx_sched_deadline_params {
  zx_duration_t capacity;
  zx_duration_t relative_deadline;
  zx_duration_t period;
} zx_sched_deadline_params_t;

typedef struct zx_profile_info {
  uint32_t flags;
  uint8_t padding1[4];
  union {
    struct {
      int32_t priority;
      uint8_t padding2[20];
    };
    zx_sched_deadline_params_t deadline_params;
  };
  zx_cpu_set_t cpu_affinity_mask;
} zx_profile_info_t;
ZX_ASSERT_SIZE(zx_profile_info_t, 96);
ZX_ASSERT_OFFSET(zx_profile_info_t, cpu_affinity_mask, 32);
