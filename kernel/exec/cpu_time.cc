#include "exec/cpu_time.h"

#include <algorithm>

#include "hal/clock.h"

namespace jacinth::exec {

Duration CpuTime::read_own() const {
  const int64_t time = used() + hal::now().ns;
  return nanoseconds(std::max(time, told_.load(std::memory_order_relaxed)));
}

Duration CpuTime::read() const {
  int64_t word = word_.load(std::memory_order_acquire);
  int64_t time = 0;
  for (;;) {
    time = word >> 1;
    if ((word & 1) == 0) break;
    interleave_point();
    time += hal::now().ns;
    // It may have been suspended long before the clock was read.
    const int64_t again = word_.load(std::memory_order_acquire);
    if (again == word) break;
    word = again;
  }
  int64_t told = told_.load(std::memory_order_relaxed);
  while (told < time && !told_.compare_exchange_weak(told, time, std::memory_order_relaxed)) {
  }
  return nanoseconds(std::max(told, time));
}

}  // namespace jacinth::exec
