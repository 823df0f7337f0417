// zx_signals_t: the bits by which objects tell of their state.
#pragma once

#include <zircon/types.h>

#define ZX_SIGNAL_NONE ((zx_signals_t)0u)
#define ZX_OBJECT_READABLE ((zx_signals_t)1u << 0)
#define ZX_OBJECT_WRITABLE ((zx_signals_t)1u << 1)
#define ZX_OBJECT_PEER_CLOSED ((zx_signals_t)1u << 2)
#define ZX_OBJECT_SIGNALED ((zx_signals_t)1u << 3)
// Only in the result of a wait that ended because its handle was closed.
#define ZX_SIGNAL_HANDLE_CLOSED ((zx_signals_t)1u << 23)

#define ZX_USER_SIGNAL_0 ((zx_signals_t)1u << 24)
#define ZX_USER_SIGNAL_1 ((zx_signals_t)1u << 25)
#define ZX_USER_SIGNAL_2 ((zx_signals_t)1u << 26)
#define ZX_USER_SIGNAL_3 ((zx_signals_t)1u << 27)
#define ZX_USER_SIGNAL_4 ((zx_signals_t)1u << 28)
#define ZX_USER_SIGNAL_5 ((zx_signals_t)1u << 29)
#define ZX_USER_SIGNAL_6 ((zx_signals_t)1u << 30)
#define ZX_USER_SIGNAL_7 ((zx_signals_t)1u << 31)
#define ZX_USER_SIGNAL_ALL ((zx_signals_t)0xff000000u)

#define ZX_CHANNEL_READABLE ZX_OBJECT_READABLE
#define ZX_CHANNEL_WRITABLE ZX_OBJECT_WRITABLE
#define ZX_CHANNEL_PEER_CLOSED ZX_OBJECT_PEER_CLOSED

#define ZX_SOCKET_READABLE ZX_OBJECT_READABLE
#define ZX_SOCKET_WRITABLE ZX_OBJECT_WRITABLE
#define ZX_SOCKET_PEER_CLOSED ZX_OBJECT_PEER_CLOSED
#define ZX_SOCKET_PEER_WRITE_DISABLED ((zx_signals_t)1u << 4)
#define ZX_SOCKET_WRITE_DISABLED ((zx_signals_t)1u << 5)
#define ZX_SOCKET_READ_THRESHOLD ((zx_signals_t)1u << 10)
#define ZX_SOCKET_WRITE_THRESHOLD ((zx_signals_t)1u << 11)

#define ZX_FIFO_READABLE ZX_OBJECT_READABLE
#define ZX_FIFO_WRITABLE ZX_OBJECT_WRITABLE
#define ZX_FIFO_PEER_CLOSED ZX_OBJECT_PEER_CLOSED

#define ZX_EVENT_SIGNALED ZX_OBJECT_SIGNALED
#define ZX_EVENTPAIR_SIGNALED ZX_OBJECT_SIGNALED
#define ZX_EVENTPAIR_PEER_CLOSED ZX_OBJECT_PEER_CLOSED
#define ZX_TIMER_SIGNALED ZX_OBJECT_SIGNALED

#define ZX_TASK_TERMINATED ZX_OBJECT_SIGNALED
#define ZX_JOB_TERMINATED ZX_OBJECT_SIGNALED
#define ZX_JOB_NO_JOBS ((zx_signals_t)1u << 4)
#define ZX_JOB_NO_PROCESSES ((zx_signals_t)1u << 5)
#define ZX_PROCESS_TERMINATED ZX_OBJECT_SIGNALED
#define ZX_THREAD_TERMINATED ZX_OBJECT_SIGNALED
#define ZX_THREAD_RUNNING ((zx_signals_t)1u << 4)
#define ZX_THREAD_SUSPENDED ((zx_signals_t)1u << 5)

#define ZX_VMO_ZERO_CHILDREN ZX_OBJECT_SIGNALED
#define ZX_LOG_READABLE ZX_OBJECT_READABLE
#define ZX_LOG_WRITABLE ZX_OBJECT_WRITABLE
#define ZX_CLOCK_STARTED ((zx_signals_t)1u << 4)
