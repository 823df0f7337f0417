// Linux's structures on riscv64, where they are this architecture's own.
#pragma once

#include <cstdint>

namespace jacinth::linux::abi {

struct sigaction {
  uint64_t handler;
  uint64_t flags;
  uint64_t mask;
};

struct stat {
  uint64_t dev, ino;
  uint32_t mode, nlink, uid, gid;
  uint64_t rdev, padding;
  int64_t size;
  int32_t block_size, padding2;
  int64_t blocks;
  int64_t access_seconds, access_ns, modification_seconds, modification_ns, change_seconds,
      change_ns;
  int32_t unused[2];
};
static_assert(sizeof(stat) == 128);

struct epoll_event {
  uint32_t events;
  uint32_t padding;
  uint64_t data;
};

// struct semid64_ds
struct semid_ds {
  uint64_t permissions[6];  // struct ipc64_perm
  int64_t operated_at, changed_at;
  uint64_t count, unused3, unused4;
};
static_assert(sizeof(semid_ds) == 88);

}  // namespace jacinth::linux::abi
