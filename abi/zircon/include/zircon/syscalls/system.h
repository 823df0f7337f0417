// The system as a whole: power, memory pressure, features, entropy, kernel traces.
#pragma once

#include <zircon/types.h>

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
