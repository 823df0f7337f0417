// The structures of the Linux system-call interface that are the same on all 64-bit architectures.
// What differs comes from <linux_arch/abi.h>, one for each architecture.
#pragma once

#include <cstddef>
#include <cstdint>

#include <linux_arch/abi.h>

namespace jacinth::linux::abi {

struct iovec {
  uint64_t base;
  uint64_t length;
};

struct timespec {
  int64_t seconds;
  int64_t nanoseconds;
};
struct timeval {
  int64_t seconds;
  int64_t microseconds;
};
struct itimerspec {
  timespec interval;
  timespec value;
};
struct itimerval {
  timeval interval;
  timeval value;
};
struct tms {
  int64_t user, system, children_user, children_system;  // in ticks of 1/100 s
};

struct pollfd {
  int32_t fd;
  int16_t events;
  int16_t revents;
};

struct rlimit {
  uint64_t soft;
  uint64_t hard;
};

struct rusage {
  timeval user_time;
  timeval system_time;
  int64_t max_resident_kib;
  int64_t unused1[3];
  int64_t minor_faults;
  int64_t major_faults;
  int64_t swaps;
  int64_t blocks_in, blocks_out;
  int64_t unused2[3];
  int64_t voluntary_switches;
  int64_t involuntary_switches;
};
static_assert(sizeof(rusage) == 144);

struct sigaltstack {
  uint64_t base;
  int32_t flags;
  int32_t padding;
  uint64_t size;
};

// The fields in use depend on `code` (for numbers above 0 also on `signal`).
struct siginfo {
  int32_t signal;
  int32_t error;
  int32_t code;
  int32_t padding;
  union {
    struct {
      int32_t pid;
      uint32_t uid;
      union {
        uint64_t value;  // of sigqueue() and timers
        struct {
          int32_t status;
          int32_t padding2;
          int64_t user_ticks, system_ticks;
        } child;
      };
    } sender;
    struct {
      int32_t timer;
      int32_t overrun;
      uint64_t value;
    } timer;
    struct {
      uint64_t address;
    } fault;
    struct {
      int64_t band;
      int32_t fd;
    } poll;
    struct {
      uint64_t call_address;
      int32_t number;
      uint32_t architecture;
    } call;
    uint8_t bytes[112];
  };
};
static_assert(sizeof(siginfo) == 128);

struct utsname {
  char system[65];
  char node[65];
  char release[65];
  char version[65];
  char machine[65];
  char domain[65];
};

struct sysinfo {
  int64_t uptime;
  uint64_t loads[3];
  uint64_t total_ram, free_ram, shared_ram, buffer_ram, total_swap, free_swap;
  uint16_t processes;
  uint16_t padding;
  uint32_t padding2;
  uint64_t total_high, free_high;
  uint32_t unit;
  uint32_t padding3;
};
static_assert(sizeof(sysinfo) == 112);

struct statfs {
  int64_t type, block_size;
  uint64_t blocks, blocks_free, blocks_available, files, files_free;
  int32_t id[2];
  int64_t name_length, fragment_size, flags, spare[4];
};
static_assert(sizeof(statfs) == 120);

struct statx_timestamp {
  int64_t seconds;
  uint32_t nanoseconds;
  int32_t padding;
};
struct statx {
  uint32_t mask, block_size;
  uint64_t attributes;
  uint32_t links, uid, gid;
  uint16_t mode, padding1;
  uint64_t inode, size, blocks, attributes_mask;
  statx_timestamp access, birth, change, modification;
  uint32_t rdev_major, rdev_minor, dev_major, dev_minor;
  uint64_t mount_id;
  uint32_t dio_mem_align, dio_offset_align;
  uint64_t spare[12];
};
static_assert(sizeof(statx) == 256);

struct robust_list_head {
  uint64_t first;
  int64_t futex_offset;
  uint64_t pending;
};

// struct clone_args; callers may pass fewer fields.
struct clone_args {
  uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls;
  uint64_t set_tid, set_tid_size, cgroup;
};

}  // namespace jacinth::linux::abi
