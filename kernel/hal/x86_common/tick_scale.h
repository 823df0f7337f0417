// The time stamp counter as a clock.
#pragma once

#include <cstdint>

namespace jacinth::hal::x86 {

// Ticks to nanoseconds at a constant rate: nanoseconds are ticks times a 64.64 fixed-point number.
class TickScale {
 public:
  constexpr TickScale() = default;
  // For a multiple of 1 kHz, so that the ratio to nanoseconds fits programs' 32-bit fraction.
  static TickScale for_kilohertz(uint64_t kilohertz) {
    TickScale scale;
    scale.whole_ = 1'000'000 / kilohertz;
    scale.fraction_ = fraction_of(1'000'000 % kilohertz, kilohertz);
    return scale;
  }

  uint64_t to_nanoseconds(uint64_t ticks) const {
    uint64_t low, high;
    asm("mulq %3" : "=a"(low), "=d"(high) : "a"(ticks), "r"(fraction_) : "cc");
    return ticks * whole_ + high;
  }

 private:
  // floor(high * 2^64 / divisor), for high < divisor.
  static uint64_t fraction_of(uint64_t high, uint64_t divisor) {
    uint64_t quotient, remainder;
    asm("divq %4" : "=a"(quotient), "=d"(remainder) : "a"(uint64_t{0}), "d"(high), "r"(divisor));
    return quotient;
  }

  uint64_t whole_ = 1;
  uint64_t fraction_ = 0;
};

}  // namespace jacinth::hal::x86
