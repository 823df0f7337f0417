// null, zero, full, random and urandom.
#pragma once

#include "fs/file.h"

namespace jacinth::fs {

inline constexpr uint32_t kMemoryMajor = 1;
inline constexpr uint32_t kNullMinor = 3;
inline constexpr uint32_t kZeroMinor = 5;
inline constexpr uint32_t kFullMinor = 7;
inline constexpr uint32_t kRandomMinor = 8;
inline constexpr uint32_t kUrandomMinor = 9;

// ENXIO; ENOMEM.
ErrnoOr<RefPtr<File>> open_memory_device(const Path& place, Node& node, uint32_t flags);

}  // namespace jacinth::fs
