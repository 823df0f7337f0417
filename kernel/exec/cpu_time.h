// CpuTime: how long an activity has run, exact at any moment and for whoever asks.
#pragma once

#include <atomic>
#include <cstdint>

#include "base/lock_rank.h"
#include "base/units.h"

namespace jacinth::exec {

// One word says all, so that it can be read while another CPU writes it: the time used, or while
// the activity runs what the clock must be added to, the time used before less the moment it was
// resumed; and in the lowest bit which of the two it is.
class CpuTime {
 public:
  // By the CPU that resumes the activity at `now`, and when it has suspended.
  void start(Instant now) { set(used() - now.ns, true); }
  void stop(Instant now) { set(used() + now.ns, false); }

  // Never less than what anybody was told before.
  Duration read() const;
  // The same, when the activity itself asks.
  Duration read_own() const;

 private:
  int64_t used() const { return word_.load(std::memory_order_relaxed) >> 1; }
  void set(int64_t time, bool running) {
    interleave_point();
    word_.store(time * 2 + (running ? 1 : 0), std::memory_order_release);
  }

  std::atomic<int64_t> word_{0};
  // The most that others were told. They may read the clock after the CPU has read it for stop(),
  // and before it has stored the result.
  mutable std::atomic<int64_t> told_{0};
};

}  // namespace jacinth::exec
