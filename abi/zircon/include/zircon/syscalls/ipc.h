// Options of sockets, streams, debug logs, interrupts and tasks.
#pragma once

#include <zircon/types.h>

// zx_socket_create, zx_socket_read, zx_socket_shutdown
#define ZX_SOCKET_STREAM (0u)
#define ZX_SOCKET_DATAGRAM (1u << 0)
#define ZX_SOCKET_PEEK (1u << 3)
#define ZX_SOCKET_SHUTDOWN_WRITE (1u << 0)
#define ZX_SOCKET_SHUTDOWN_READ (1u << 1)

// zx_stream_create, zx_stream_writev, zx_stream_seek
#define ZX_STREAM_MODE_READ (1u << 0)
#define ZX_STREAM_MODE_WRITE (1u << 1)
#define ZX_STREAM_APPEND (1u << 0)
typedef uint32_t zx_stream_seek_origin_t;
#define ZX_STREAM_SEEK_ORIGIN_START ((zx_stream_seek_origin_t)0)
#define ZX_STREAM_SEEK_ORIGIN_CURRENT ((zx_stream_seek_origin_t)1)
#define ZX_STREAM_SEEK_ORIGIN_END ((zx_stream_seek_origin_t)2)

#define ZX_FIFO_MAX_SIZE_BYTES (4096u)

// zx_interrupt_create, zx_interrupt_bind
#define ZX_INTERRUPT_REMAP_IRQ (1u << 0)
#define ZX_INTERRUPT_MODE_DEFAULT (0u << 1)
#define ZX_INTERRUPT_MODE_EDGE_LOW (1u << 1)
#define ZX_INTERRUPT_MODE_EDGE_HIGH (2u << 1)
#define ZX_INTERRUPT_MODE_LEVEL_LOW (3u << 1)
#define ZX_INTERRUPT_MODE_LEVEL_HIGH (4u << 1)
#define ZX_INTERRUPT_MODE_EDGE_BOTH (5u << 1)
#define ZX_INTERRUPT_MODE_MASK (7u << 1)
#define ZX_INTERRUPT_VIRTUAL (1u << 4)
#define ZX_INTERRUPT_BIND (0u)
#define ZX_INTERRUPT_UNBIND (1u)

// zx_task_create_exception_channel
#define ZX_EXCEPTION_CHANNEL_DEBUGGER (1u)

// Why a task ended, where it was not its own doing; negative so that exit codes do not collide.
#define ZX_TASK_RETCODE_SYSCALL_KILL ((int64_t)-1024)
#define ZX_TASK_RETCODE_OOM_KILL ((int64_t)-1025)
#define ZX_TASK_RETCODE_POLICY_KILL ((int64_t)-1026)
#define ZX_TASK_RETCODE_VDSO_KILL ((int64_t)-1027)
#define ZX_TASK_RETCODE_EXCEPTION_KILL ((int64_t)-1028)
#define ZX_TASK_RETCODE_CRITICAL_PROCESS_KILL ((int64_t)-1029)
