// Credentials: who asks, as far as files are concerned.
#pragma once

#include <cstdint>
#include <span>

#include "base/errno.h"

namespace jacinth::fs {

class Node;

// Bits of Credentials::capabilities; the numbers of Linux's capability.h.
namespace capability {
inline constexpr uint64_t kChown = 1ull << 0;
inline constexpr uint64_t kDacOverride = 1ull << 1;
inline constexpr uint64_t kDacReadSearch = 1ull << 2;
inline constexpr uint64_t kOwner = 1ull << 3;  // CAP_FOWNER
inline constexpr uint64_t kSetId = 1ull << 4;  // CAP_FSETID
inline constexpr uint64_t kSysChroot = 1ull << 18;
inline constexpr uint64_t kSysAdmin = 1ull << 21;
inline constexpr uint64_t kSysResource = 1ull << 24;
inline constexpr uint64_t kMakeNode = 1ull << 27;  // CAP_MKNOD
inline constexpr uint64_t kLease = 1ull << 28;
inline constexpr uint64_t kAll = (1ull << 41) - 1;
}  // namespace capability

// A view for the time of one call: the groups are the caller's.
struct Credentials {
  uint32_t user = 0;   // the file-system user id
  uint32_t group = 0;  // and group id
  std::span<const uint32_t> groups{};
  uint64_t capabilities = 0;  // effective

  bool has(uint64_t capability) const { return (capabilities & capability) == capability; }
  bool in_group(uint32_t id) const;
  // Whether it may do what a node's owner may.
  bool owns(const Node& node) const;
};

// What one wants to do to a file; the bits of access() and of a mode.
namespace access {
inline constexpr uint32_t kExists = 0;
inline constexpr uint32_t kExecute = 1;  // of directories: search
inline constexpr uint32_t kWrite = 2;
inline constexpr uint32_t kRead = 4;
}  // namespace access

// EACCES unless the node's mode, or a capability, allows all of `wanted`. Says nothing of read-only
// mounts. Takes no lock.
ErrnoOr<> check_access(const Node& node, const Credentials& who, uint32_t wanted);

}  // namespace jacinth::fs
