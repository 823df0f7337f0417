// The first message on a program's bootstrap channel: what it gets from who starts it.
#pragma once

#include <zircon/types.h>

#define ZX_PROCARGS_PROTOCOL (0x4150585du)
#define ZX_PROCARGS_VERSION (0x00001000u)

// Offsets are from the start of the message. One uint32_t of handle information for each handle;
// strings follow one another, each ended by a NUL.
typedef struct zx_proc_args {
  uint32_t protocol;
  uint32_t version;
  uint32_t handle_info_off;
  uint32_t args_off;
  uint32_t args_num;
  uint32_t environ_off;
  uint32_t environ_num;
  uint32_t names_off;
  uint32_t names_num;
} zx_proc_args_t;
ZX_ASSERT_SIZE(zx_proc_args_t, 36);

// What a handle is for: a type, and an argument for it.
#define PA_HND(type, arg) (((type) & 0xffu) | (((uint32_t)(arg) & 0xffffu) << 16))
#define PA_HND_TYPE(info) ((info) & 0xffu)
#define PA_HND_ARG(info) (((info) >> 16) & 0xffffu)

#define PA_PROC_SELF (0x01u)
#define PA_THREAD_SELF (0x02u)
#define PA_JOB_DEFAULT (0x03u)
#define PA_VMAR_ROOT (0x04u)
#define PA_VMAR_LOADED (0x05u)
#define PA_LDSVC_LOADER (0x10u)
#define PA_VMO_VDSO (0x11u)
#define PA_VMO_STACK (0x13u)
#define PA_VMO_EXECUTABLE (0x14u)
#define PA_VMO_BOOTDATA (0x1au)
#define PA_VMO_BOOTFS (0x1bu)
#define PA_VMO_KERNEL_FILE (0x1cu)
#define PA_NS_DIR (0x20u)  // the argument is an index into the names
#define PA_FD (0x30u)      // the argument is the file descriptor
#define PA_LIFECYCLE (0x3au)
#define PA_DIRECTORY_REQUEST (0x3bu)
#define PA_RESOURCE (0x3fu)
#define PA_CLOCK_UTC (0x40u)
#define PA_USER0 (0xf0u)
#define PA_USER1 (0xf1u)
#define PA_USER2 (0xf2u)
