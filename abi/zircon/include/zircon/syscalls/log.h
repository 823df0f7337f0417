// Records of the debug log: zx_debuglog_*.
#pragma once

#include <zircon/types.h>

#define ZX_LOG_RECORD_MAX (256)
#define ZX_LOG_RECORD_DATA_MAX (224)

// zx_debuglog_create, and flags of records.
#define ZX_LOG_FLAG_READABLE (0x40000000u)
#define ZX_LOG_LOCAL (0x10)
#define ZX_LOG_FLAGS_MASK (0x10u)

#define DEBUGLOG_TRACE (0x10)
#define DEBUGLOG_DEBUG (0x20)
#define DEBUGLOG_INFO (0x30)
#define DEBUGLOG_WARNING (0x40)
#define DEBUGLOG_ERROR (0x50)
#define DEBUGLOG_FATAL (0x60)

typedef struct zx_log_record {
  uint32_t rollout;  // read length << 12 | space taken in the log's buffer
  uint16_t datalen;
  uint8_t severity;
  uint8_t flags;
  zx_time_t timestamp;
  uint64_t pid;
  uint64_t tid;
  char data[ZX_LOG_RECORD_DATA_MAX];
} zx_log_record_t;
ZX_ASSERT_SIZE(zx_log_record_t, 256);
ZX_ASSERT_OFFSET(zx_log_record_t, data, 32);
