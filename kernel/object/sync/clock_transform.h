// The straight lines that clocks run on.
#pragma once

#include <cstdint>

namespace jacinth {

// So many synthetic ticks pass while `reference_ticks` do. Laid out as zx_clock_rate_t.
struct ClockRate {
  uint32_t synthetic_ticks = 0;
  uint32_t reference_ticks = 1;

  // numerator/denominator in lowest terms; rounded where that does not fit. denominator > 0.
  static ClockRate of(uint64_t numerator, uint64_t denominator);
  friend ClockRate operator*(ClockRate left, ClockRate right) {
    return of(uint64_t{left.synthetic_ticks} * right.synthetic_ticks,
              uint64_t{left.reference_ticks} * right.reference_ticks);
  }
  // Rounded down, saturating.
  int64_t scale(int64_t reference) const;
};

// C(x) = synthetic_offset + (x - reference_offset) * rate. Laid out as zx_clock_transformation_t.
struct ClockTransform {
  int64_t reference_offset = 0;
  int64_t synthetic_offset = 0;
  ClockRate rate;

  int64_t apply(int64_t reference) const;  // saturating
};

}  // namespace jacinth
