// The battery-backed clock.
#pragma once

#include <cstdint>

namespace jacinth::x86_64 {

// Nanoseconds since the Unix epoch, to the second, taking the clock to be set to UTC.
int64_t read_real_time_clock();

}  // namespace jacinth::x86_64
