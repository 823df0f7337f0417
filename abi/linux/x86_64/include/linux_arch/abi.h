// Linux's structures on x86-64, where they are this architecture's own.
#pragma once

#include <cstdint>

namespace jacinth::linux::abi {

struct sigaction {
  uint64_t handler;
  uint64_t flags;
  uint64_t restorer;
  uint64_t mask;
};

struct stat {
  uint64_t dev, ino, nlink;
  uint32_t mode, uid, gid, padding;
  uint64_t rdev;
  int64_t size, block_size, blocks;
  int64_t access_seconds, access_ns, modification_seconds, modification_ns, change_seconds,
      change_ns;
  int64_t unused[3];
};
static_assert(sizeof(stat) == 144);

struct [[gnu::packed]] epoll_event {
  uint32_t events;
  uint64_t data;
};
static_assert(sizeof(epoll_event) == 12);

// struct semid64_ds
struct semid_ds {
  uint64_t permissions[6];  // struct ipc64_perm
  int64_t operated_at, unused1, changed_at, unused2;
  uint64_t count, unused3, unused4;
};
static_assert(sizeof(semid_ds) == 104);

}  // namespace jacinth::linux::abi
