// Clock objects: zx_clock_create, _get_details, _update.
#pragma once

#include <zircon/types.h>

#define ZX_CLOCK_OPT_MONOTONIC ((uint64_t)1u << 0)
#define ZX_CLOCK_OPT_CONTINUOUS ((uint64_t)1u << 1)
#define ZX_CLOCK_UPDATE_OPTION_VALUE_VALID ((uint64_t)1u << 0)
#define ZX_CLOCK_UPDATE_OPTION_RATE_ADJUST_VALID ((uint64_t)1u << 1)
#define ZX_CLOCK_UPDATE_OPTION_ERROR_BOUND_VALID ((uint64_t)1u << 2)
#define ZX_CLOCK_MIN_RATE_ADJUST (-1000)
#define ZX_CLOCK_MAX_RATE_ADJUST (1000)
#define ZX_CLOCK_UNKNOWN_ERROR ((uint64_t)0xffffffffffffffff)

// Options carry the version of the struct that goes with them.
#define ZX_CLOCK_ARGS_VERSION_SHIFT (58)
#define ZX_CLOCK_ARGS_VERSION_MASK ((uint64_t)0x3f << ZX_CLOCK_ARGS_VERSION_SHIFT)
#define ZX_CLOCK_ARGS_VERSION(n) ((uint64_t)(n) << ZX_CLOCK_ARGS_VERSION_SHIFT)

typedef struct zx_clock_create_args_v1 {
  zx_time_t backstop_time;
} zx_clock_create_args_v1_t;
ZX_ASSERT_SIZE(zx_clock_create_args_v1_t, 8);

typedef struct zx_clock_rate {
  uint32_t synthetic_ticks;
  uint32_t reference_ticks;
} zx_clock_rate_t;

// synthetic = synthetic_offset + (reference - reference_offset) * rate
typedef struct zx_clock_transformation {
  int64_t reference_offset;
  int64_t synthetic_offset;
  zx_clock_rate_t rate;
} zx_clock_transformation_t;
ZX_ASSERT_SIZE(zx_clock_transformation_t, 24);

typedef struct zx_clock_update_args_v1 {
  int32_t rate_adjust;  // parts per million
  uint32_t padding1;
  int64_t value;
  uint64_t error_bound;
} zx_clock_update_args_v1_t;
ZX_ASSERT_SIZE(zx_clock_update_args_v1_t, 24);

typedef struct zx_clock_details_v1 {
  uint64_t options;
  zx_time_t backstop_time;
  zx_clock_transformation_t ticks_to_synthetic;
  zx_clock_transformation_t mono_to_synthetic;
  uint64_t error_bound;
  zx_ticks_t query_ticks;
  zx_ticks_t last_value_update_ticks;
  zx_ticks_t last_rate_adjust_update_ticks;
  zx_ticks_t last_error_bounds_update_ticks;
  uint32_t generation_counter;
  uint32_t padding1;
} zx_clock_details_v1_t;
ZX_ASSERT_SIZE(zx_clock_details_v1_t, 112);
ZX_ASSERT_OFFSET(zx_clock_details_v1_t, query_ticks, 72);
