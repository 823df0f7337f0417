// The vocabulary of Zircon's system calls: numbers, handles, times, signals. The structs of single
// groups of calls are in zircon/syscalls/; <zircon/syscall_structs.h> includes them all.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <zircon/errors.h>
#include <zircon/rights.h>

#ifdef __cplusplus
#define ZX_NORETURN [[noreturn]]
#define ZX_STATIC_ASSERT(...) static_assert(__VA_ARGS__)
#else
#define ZX_NORETURN _Noreturn
#define ZX_STATIC_ASSERT(...) _Static_assert(__VA_ARGS__, #__VA_ARGS__)
#endif
// A struct is part of the ABI: its size, and where a member is.
#define ZX_ASSERT_SIZE(type, size) ZX_STATIC_ASSERT(sizeof(type) == (size))
#define ZX_ASSERT_OFFSET(type, member, offset) \
  ZX_STATIC_ASSERT(__builtin_offsetof(type, member) == (offset))

typedef int32_t zx_status_t;
typedef uint32_t zx_handle_t;
typedef uint64_t zx_koid_t;
typedef uint32_t zx_obj_type_t;
typedef uint32_t zx_signals_t;
typedef uint64_t zx_vaddr_t;
typedef uint64_t zx_paddr_t;
typedef uint64_t zx_off_t;
typedef int32_t zx_futex_t;
// The first four bytes of a message that is a call or its reply.
typedef uint32_t zx_txid_t;

// Nanoseconds: since the monotonic clock's start, and between two such times.
typedef int64_t zx_time_t;
typedef int64_t zx_duration_t;
// In units of the tick counter: zx_ticks_per_second().
typedef int64_t zx_ticks_t;
typedef uint32_t zx_clock_t;

// Bytes and their number, without a NUL.
typedef struct zx_string_view {
  const char* c_str;
  size_t length;
} zx_string_view_t;

typedef struct zx_iovec {
  void* buffer;
  size_t capacity;
} zx_iovec_t;
ZX_ASSERT_SIZE(zx_iovec_t, 16);

#define ZX_HANDLE_INVALID ((zx_handle_t)0)
// These bits are set in every valid handle.
#define ZX_HANDLE_FIXED_BITS_MASK ((zx_handle_t)0x3)

#define ZX_KOID_INVALID ((zx_koid_t)0)
#define ZX_KOID_KERNEL ((zx_koid_t)1)
#define ZX_KOID_FIRST ((zx_koid_t)1024)

#define ZX_MAX_NAME_LEN (32)
#define ZX_PAGE_SIZE ((uintptr_t)4096)

#define ZX_TIME_INFINITE INT64_MAX
#define ZX_TIME_INFINITE_PAST INT64_MIN
#define ZX_NSEC(n) ((zx_duration_t)(n))
#define ZX_USEC(n) ((zx_duration_t)(1000 * (zx_duration_t)(n)))
#define ZX_MSEC(n) ((zx_duration_t)(1000000 * (zx_duration_t)(n)))
#define ZX_SEC(n) ((zx_duration_t)(1000000000 * (zx_duration_t)(n)))

#define ZX_CLOCK_MONOTONIC ((zx_clock_t)0)
#define ZX_CLOCK_UTC ((zx_clock_t)1)
#define ZX_CLOCK_THREAD ((zx_clock_t)2)

// The numbers in a handle's HANDLE_BASIC information.
#define ZX_OBJ_TYPE_NONE ((zx_obj_type_t)0)
#define ZX_OBJ_TYPE_PROCESS ((zx_obj_type_t)1)
#define ZX_OBJ_TYPE_THREAD ((zx_obj_type_t)2)
#define ZX_OBJ_TYPE_VMO ((zx_obj_type_t)3)
#define ZX_OBJ_TYPE_CHANNEL ((zx_obj_type_t)4)
#define ZX_OBJ_TYPE_EVENT ((zx_obj_type_t)5)
#define ZX_OBJ_TYPE_PORT ((zx_obj_type_t)6)
#define ZX_OBJ_TYPE_INTERRUPT ((zx_obj_type_t)9)
#define ZX_OBJ_TYPE_PCI_DEVICE ((zx_obj_type_t)11)
#define ZX_OBJ_TYPE_LOG ((zx_obj_type_t)12)
#define ZX_OBJ_TYPE_SOCKET ((zx_obj_type_t)14)
#define ZX_OBJ_TYPE_RESOURCE ((zx_obj_type_t)15)
#define ZX_OBJ_TYPE_EVENTPAIR ((zx_obj_type_t)16)
#define ZX_OBJ_TYPE_JOB ((zx_obj_type_t)17)
#define ZX_OBJ_TYPE_VMAR ((zx_obj_type_t)18)
#define ZX_OBJ_TYPE_FIFO ((zx_obj_type_t)19)
#define ZX_OBJ_TYPE_GUEST ((zx_obj_type_t)20)
#define ZX_OBJ_TYPE_VCPU ((zx_obj_type_t)21)
#define ZX_OBJ_TYPE_TIMER ((zx_obj_type_t)22)
#define ZX_OBJ_TYPE_IOMMU ((zx_obj_type_t)23)
#define ZX_OBJ_TYPE_BTI ((zx_obj_type_t)24)
#define ZX_OBJ_TYPE_PROFILE ((zx_obj_type_t)25)
#define ZX_OBJ_TYPE_PMT ((zx_obj_type_t)26)
#define ZX_OBJ_TYPE_SUSPEND_TOKEN ((zx_obj_type_t)27)
#define ZX_OBJ_TYPE_PAGER ((zx_obj_type_t)28)
#define ZX_OBJ_TYPE_EXCEPTION ((zx_obj_type_t)29)
#define ZX_OBJ_TYPE_CLOCK ((zx_obj_type_t)30)
#define ZX_OBJ_TYPE_STREAM ((zx_obj_type_t)31)
#define ZX_OBJ_TYPE_MSI_ALLOCATION ((zx_obj_type_t)32)
#define ZX_OBJ_TYPE_MSI_INTERRUPT ((zx_obj_type_t)33)
#define ZX_OBJ_TYPE_UPPER_BOUND ((zx_obj_type_t)64)
