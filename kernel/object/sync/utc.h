// The system's idea of civil time (clock id 1 of zx_clock_get).
#pragma once

#include <cstdint>

namespace jacinth {

// Nanoseconds since the Unix epoch: the monotonic clock plus an offset, which the machine's
// real-time clock gives until someone sets another. Any CPU, no lock.
int64_t utc_now_ns();
int64_t utc_offset_ns();
void set_utc_offset_ns(int64_t offset);

}  // namespace jacinth
