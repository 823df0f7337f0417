// The structures of messages that programs send through sockets.
#pragma once

#include <cstdint>

namespace jacinth::linux::abi {

struct msghdr {
  uint64_t name;
  uint32_t name_size;
  uint32_t padding;
  uint64_t vector;
  uint64_t vector_count;
  uint64_t control;
  uint64_t control_size;
  uint32_t flags;
  uint32_t padding2;
};
static_assert(sizeof(msghdr) == 56);
struct mmsghdr {
  msghdr header;
  uint32_t bytes;
  uint32_t padding;
};
// Followed by its data; the next one begins at a multiple of 8.
struct cmsghdr {
  uint64_t size;  // with this header
  int32_t level;
  int32_t type;
};

}  // namespace jacinth::linux::abi
