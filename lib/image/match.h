// What LZ4 and zstd frames have in common: a match repeats what has been unpacked already.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace jacinth::image {

// Repeats `count` bytes from `distance` before `to`, which may reach into what the copy itself
// makes. The caller has checked that they are there, and that there is room.
inline void repeat_match(std::byte* to, uint64_t distance, uint64_t count) {
  const std::byte* const from = to - distance;
  if (distance >= count) {
    memcpy(to, from, count);
  } else {
    for (uint64_t i = 0; i < count; ++i) to[i] = from[i];
  }
}

}  // namespace jacinth::image
