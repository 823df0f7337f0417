// Resources, profiles and system control.
#pragma once

#include <zircon/syscalls/object.h>
#include <zircon/types.h>

typedef uint32_t zx_rsrc_kind_t;
#define ZX_RSRC_KIND_MMIO ((zx_rsrc_kind_t)0u)
#define ZX_RSRC_KIND_IRQ ((zx_rsrc_kind_t)1u)
#define ZX_RSRC_KIND_IOPORT ((zx_rsrc_kind_t)2u)
#define ZX_RSRC_KIND_HYPERVISOR ((zx_rsrc_kind_t)3u)
#define ZX_RSRC_KIND_ROOT ((zx_rsrc_kind_t)4u)
#define ZX_RSRC_KIND_VMEX ((zx_rsrc_kind_t)5u)
#define ZX_RSRC_KIND_SMC ((zx_rsrc_kind_t)6u)
#define ZX_RSRC_KIND_COUNT ((zx_rsrc_kind_t)7u)
#define ZX_RSRC_FLAG_EXCLUSIVE ((uint32_t)0x00010000u)
#define ZX_RSRC_KIND_MASK ((uint32_t)0x0000ffffu)

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

typedef uint32_t zx_system_event_type_t;
#define ZX_SYSTEM_EVENT_OUT_OF_MEMORY ((zx_system_event_type_t)1)
#define ZX_SYSTEM_EVENT_MEMORY_PRESSURE_CRITICAL ((zx_system_event_type_t)2)
#define ZX_SYSTEM_EVENT_MEMORY_PRESSURE_WARNING ((zx_system_event_type_t)3)
#define ZX_SYSTEM_EVENT_MEMORY_PRESSURE_NORMAL ((zx_system_event_type_t)4)

#define ZX_SYSTEM_POWERCTL_ENABLE_ALL_CPUS (1u)
#define ZX_SYSTEM_POWERCTL_DISABLE_ALL_CPUS_BUT_PRIMARY (2u)
#define ZX_SYSTEM_POWERCTL_ACPI_TRANSITION_S_STATE (3u)
#define ZX_SYSTEM_POWERCTL_X86_SET_PKG_PL1 (4u)
#define ZX_SYSTEM_POWERCTL_REBOOT (5u)
#define ZX_SYSTEM_POWERCTL_REBOOT_BOOTLOADER (6u)
#define ZX_SYSTEM_POWERCTL_REBOOT_RECOVERY (7u)
#define ZX_SYSTEM_POWERCTL_SHUTDOWN (8u)

typedef struct zx_system_powerctl_arg {
  union {
    struct {
      uint8_t target_s_state;
      uint8_t sleep_type_a;
      uint8_t sleep_type_b;
    } acpi_transition_s_state;
    struct {
      uint32_t power_limit;
      uint32_t time_window;
      uint8_t clamp;
      uint8_t enable;
    } x86_power_limit;
  };
} zx_system_powerctl_arg_t;
ZX_ASSERT_SIZE(zx_system_powerctl_arg_t, 12);

// zx_system_get_features
#define ZX_FEATURE_KIND_CPU (0u)
#define ZX_FEATURE_KIND_HW_BREAKPOINT_COUNT (1u)
#define ZX_FEATURE_KIND_HW_WATCHPOINT_COUNT (2u)
#define ZX_HAS_CPU_FEATURES (1u << 0)

#define ZX_CPRNG_DRAW_MAX_LEN (256)
#define ZX_CPRNG_ADD_ENTROPY_MAX_LEN (256)

#define ZX_KTRACE_ACTION_START (1u)
#define ZX_KTRACE_ACTION_STOP (2u)
#define ZX_KTRACE_ACTION_REWIND (3u)
#define ZX_KTRACE_ACTION_NEW_PROBE (4u)
