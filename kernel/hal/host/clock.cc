// The clock is the time stamp counter, scaled by a constant: programs read the same counter, so
// both see the same time. Its zero is the host's start, not this machine's.
//
// Where the host itself does not trust the counter, its monotonic clock is asked each time.
#include "hal/clock.h"

#include "hal/host/clock_setup.h"
#include "hal/host/sys.h"
#include "hal/user_ticks.h"

namespace jacinth::host {
namespace {

// Nanoseconds are ticks times a 64.64 fixed-point number.
struct Scale {
  uint64_t whole = 1;
  uint64_t fraction = 0;
};
constinit Scale scale;
constinit uint64_t rate = 1'000'000'000;
constinit bool use_counter = false;
constinit int64_t utc_at_zero = 0;

uint64_t counter() {
  uint32_t low, high;
  asm volatile("rdtsc" : "=a"(low), "=d"(high));
  return uint64_t{high} << 32 | low;
}

struct Reading {
  uint64_t ticks;
  int64_t ns;
};

// The counter and the host's clock at one moment: the closest of a few tries.
Reading read_both() {
  Reading best{};
  uint64_t best_width = ~uint64_t{0};
  for (int i = 0; i < 5; ++i) {
    const uint64_t before = counter();
    const int64_t ns = sys::clock_ns(sys::kClockMonotonic);
    const uint64_t width = counter() - before;
    if (width >= best_width) continue;
    best_width = width;
    best = {before + width / 2, ns};
  }
  return best;
}

constinit Reading first_reading{};

// floor(high * 2^64 / divisor), for high < divisor.
uint64_t fraction_of(uint64_t high, uint64_t divisor) {
  uint64_t quotient, remainder;
  asm("divq %4" : "=a"(quotient), "=d"(remainder) : "a"(uint64_t{0}), "d"(high), "r"(divisor));
  return quotient;
}

bool is_counter_reliable() {
  constexpr uint32_t kPowerLeaf = 0x80000007, kInvariant = 1u << 8;
  uint32_t a, b, c, d;
  asm volatile("cpuid" : "=a"(a), "=b"(b), "=c"(c), "=d"(d) : "a"(0x80000000), "c"(0));
  if (a < kPowerLeaf) return false;
  asm volatile("cpuid" : "=a"(a), "=b"(b), "=c"(c), "=d"(d) : "a"(kPowerLeaf), "c"(0));
  return (d & kInvariant) != 0;
}

}  // namespace

void begin_clock_calibration() { first_reading = read_both(); }

void finish_clock_calibration() {
  constexpr int64_t kLeastSpan = 2'000'000;  // a reading is off by some 30 ns: 15 parts a million
  use_counter = is_counter_reliable();
  if (use_counter) {
    Reading last = read_both();
    while (last.ns - first_reading.ns < kLeastSpan) last = read_both();
    const uint64_t ticks = last.ticks - first_reading.ticks;
    const auto ns = static_cast<uint64_t>(last.ns - first_reading.ns);
    // A multiple of 1 kHz, so that the ratio to nanoseconds fits programs' 32-bit fraction.
    const uint64_t kilohertz = (ticks * 1'000'000 + ns / 2) / ns;
    rate = kilohertz * 1000;
    scale = {1'000'000 / kilohertz, fraction_of(1'000'000 % kilohertz, kilohertz)};
  }
  utc_at_zero = sys::clock_ns(sys::kClockRealtime) - hal::now().ns;
}

}  // namespace jacinth::host

namespace jacinth::hal {

uint64_t ticks() {
  return host::use_counter ? host::counter()
                           : static_cast<uint64_t>(host::sys::clock_ns(host::sys::kClockMonotonic));
}

uint64_t ticks_per_second() { return host::rate; }
bool programs_can_read_ticks() { return host::use_counter; }

Instant now() {
  const uint64_t count = ticks();
  uint64_t low, high;
  asm("mulq %3" : "=a"(low), "=d"(high) : "a"(count), "r"(host::scale.fraction) : "cc");
  return {static_cast<int64_t>(count * host::scale.whole + high)};
}

int64_t utc_at_start_ns() { return host::utc_at_zero; }

}  // namespace jacinth::hal
