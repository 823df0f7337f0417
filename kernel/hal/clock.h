// Time: a monotonic clock, and one one-shot timer for each CPU.
#pragma once

#include <cstdint>

#include "base/units.h"

namespace jacinth::hal {

// Nanoseconds since the machine started; never goes backwards, the same on all CPUs.
Instant now();

// Whether a wait with this deadline is over before it begins.
inline bool has_passed(Instant deadline) {
  return deadline <= kNoWait || (deadline != kForever && deadline <= now());
}

// The hardware counter that user programs may read, and its rate. now() = ticks scaled to
// nanoseconds.
uint64_t ticks();
uint64_t ticks_per_second();

// Nanoseconds between the Unix epoch and the machine's start, as the machine's real-time clock
// knows it; 0 when it has none.
int64_t utc_at_start_ns();

// Makes an interrupt pending on this CPU at `deadline` (kForever: never), once, and not before
// now() has reached it. Replaces what was set before. A deadline in the past fires at once.
void set_timer(Instant deadline);

}  // namespace jacinth::hal
