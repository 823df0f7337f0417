#include "object/sync/clock_transform.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <numeric>

#include "base/units.h"

namespace jacinth {

ClockRate ClockRate::of(uint64_t numerator, uint64_t denominator) {
  const uint64_t divisor = std::gcd(numerator, denominator);
  numerator /= divisor;
  denominator /= divisor;
  const int excess = std::max(std::bit_width(numerator), std::bit_width(denominator)) - 32;
  if (excess > 0) {
    numerator >>= excess;
    denominator = std::max<uint64_t>(denominator >> excess, 1);
  }
  return {static_cast<uint32_t>(numerator), static_cast<uint32_t>(denominator)};
}

// The product has up to 96 bits. Split at the denominator, only a whole part that belongs outside
// the result's range overflows, and no 128-bit division is needed.
int64_t ClockRate::scale(int64_t reference) const {
  const int64_t divisor = reference_ticks;
  int64_t whole = reference / divisor;
  int64_t rest = reference % divisor;
  if (rest < 0) {
    rest += divisor;
    --whole;
  }
  const uint64_t part = static_cast<uint64_t>(rest) * synthetic_ticks / reference_ticks;
  int64_t scaled = 0;
  if (__builtin_mul_overflow(whole, int64_t{synthetic_ticks}, &scaled))
    return whole < 0 ? std::numeric_limits<int64_t>::min() : std::numeric_limits<int64_t>::max();
  return (Instant{scaled} + nanoseconds(static_cast<int64_t>(part))).ns;
}

int64_t ClockTransform::apply(int64_t reference) const {
  const Duration passed = Instant{reference} - Instant{reference_offset};
  return (Instant{synthetic_offset} + nanoseconds(rate.scale(passed.ns))).ns;
}

}  // namespace jacinth
