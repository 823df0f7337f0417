// The top of the mix: starts workers, kills and suspends them at random, and looks for what is
// lost.
#pragma once

#include <zircon/types.h>

#include <cstddef>
#include <cstdint>

namespace stress {

struct Options {
  uint64_t seed;
  zx_duration_t duration;
  size_t processes;
};
inline constexpr size_t kMostProcesses = 16;

// The exit code: 0 when nothing was wrong.
int supervise(const Options& options);

}  // namespace stress
