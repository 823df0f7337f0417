// Messages: zx_channel_*.
#pragma once

#include <zircon/types.h>

#define ZX_CHANNEL_MAX_MSG_BYTES (65536u)
#define ZX_CHANNEL_MAX_MSG_HANDLES (64u)
#define ZX_CHANNEL_READ_MAY_DISCARD (1u)

typedef uint32_t zx_handle_op_t;
#define ZX_HANDLE_OP_MOVE ((zx_handle_op_t)0)
#define ZX_HANDLE_OP_DUPLICATE ((zx_handle_op_t)1)

// A received handle: zx_channel_read_etc.
typedef struct zx_handle_info {
  zx_handle_t handle;
  zx_obj_type_t type;
  zx_rights_t rights;
  uint32_t unused;
} zx_handle_info_t;
ZX_ASSERT_SIZE(zx_handle_info_t, 16);

// A handle to send: zx_channel_write_etc. `result` is written by the kernel.
typedef struct zx_handle_disposition {
  zx_handle_op_t operation;
  zx_handle_t handle;
  zx_obj_type_t type;
  zx_rights_t rights;
  zx_status_t result;
} zx_handle_disposition_t;
ZX_ASSERT_SIZE(zx_handle_disposition_t, 20);
ZX_ASSERT_OFFSET(zx_handle_disposition_t, result, 16);

typedef struct zx_channel_call_args {
  const void* wr_bytes;
  const zx_handle_t* wr_handles;
  void* rd_bytes;
  zx_handle_t* rd_handles;
  uint32_t wr_num_bytes;
  uint32_t wr_num_handles;
  uint32_t rd_num_bytes;
  uint32_t rd_num_handles;
} zx_channel_call_args_t;
ZX_ASSERT_SIZE(zx_channel_call_args_t, 48);
ZX_ASSERT_OFFSET(zx_channel_call_args_t, wr_num_bytes, 32);
