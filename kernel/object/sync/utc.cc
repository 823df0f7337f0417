#include "object/sync/utc.h"

#include <atomic>

#include "hal/clock.h"

namespace jacinth {
namespace {

// What was set, relative to the machine's own offset: 0 needs no start-up.
constinit std::atomic<uint64_t> adjustment{0};

}  // namespace

int64_t utc_offset_ns() {
  return static_cast<int64_t>(static_cast<uint64_t>(hal::utc_at_start_ns()) +
                              adjustment.load(std::memory_order_relaxed));
}

void set_utc_offset_ns(int64_t offset) {
  adjustment.store(static_cast<uint64_t>(offset) - static_cast<uint64_t>(hal::utc_at_start_ns()),
                   std::memory_order_relaxed);
}

int64_t utc_now_ns() { return (hal::now() + nanoseconds(utc_offset_ns())).ns; }

}  // namespace jacinth
