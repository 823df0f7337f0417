// Calls of Arm's secure monitor: zx_smc_call.
#pragma once

#include <zircon/types.h>

typedef struct zx_smc_parameters {
  uint32_t func_id;
  uint8_t padding1[4];
  uint64_t arg1, arg2, arg3, arg4, arg5, arg6;
  uint16_t client_id;
  uint16_t secure_os_id;
  uint8_t padding2[4];
} zx_smc_parameters_t;
ZX_ASSERT_SIZE(zx_smc_parameters_t, 64);

typedef struct zx_smc_result {
  uint64_t arg0, arg1, arg2, arg3, arg6;
} zx_smc_result_t;
ZX_ASSERT_SIZE(zx_smc_result_t, 40);
