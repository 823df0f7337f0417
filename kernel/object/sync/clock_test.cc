#include "object/sync/clock.h"

#include <gtest/gtest.h>

#include <limits>

#include "hal/clock.h"
#include "hal/sim/faults.h"
#include "hal/sim/machine.h"
#include "object/sync/utc.h"

namespace jacinth {
namespace {

constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
constexpr uint64_t kV1 = uint64_t{1} << Clock::kVersionShift;
constexpr uint64_t kValue = kV1 | Clock::kUpdateValue;
constexpr uint64_t kRate = kV1 | Clock::kUpdateRate;
constexpr uint64_t kBound = kV1 | Clock::kUpdateErrorBound;

TEST(ClockTransformTest, IsExactOverTheWholeRange) {
  const ClockRate fast{1'000'100, 1'000'000};
  for (const int64_t x : {int64_t{0}, int64_t{1}, int64_t{-1}, int64_t{999'999},
                          int64_t{-1'000'001}, int64_t{1} << 60, -(int64_t{1} << 60)}) {
    const __int128 product = static_cast<__int128>(x) * fast.synthetic_ticks;
    __int128 exact = product / fast.reference_ticks;
    if (product % fast.reference_ticks < 0) --exact;
    EXPECT_EQ(fast.scale(x), static_cast<int64_t>(exact)) << x;
  }
}

TEST(ClockTransformTest, SaturatesInsteadOfWrapping) {
  const ClockRate fast{1001, 1000};
  EXPECT_EQ(fast.scale(kMax), kMax);
  EXPECT_EQ(fast.scale(kMin), kMin);
  EXPECT_EQ((ClockTransform{kMin, 5, {1, 1}}).apply(kMax), kMax);
  EXPECT_EQ((ClockTransform{0, kMax, {1, 1}}).apply(1), kMax);
  EXPECT_EQ((ClockRate{0, 1}).scale(kMax), 0);
}

TEST(ClockTransformTest, RatesAreReducedAndRoundedToFit) {
  const ClockRate reduced = ClockRate::of(1'000'000'000, 3'000'000'000);
  EXPECT_EQ(reduced.synthetic_ticks, 1u);
  EXPECT_EQ(reduced.reference_ticks, 3u);
  const ClockRate rounded =
      ClockRate::of(1'000'000'000, 5'000'000'029) * ClockRate{1'000'123, 1'000'000};
  const double exact = 1'000'000'000.0 / 5'000'000'029.0 * 1.000123;
  EXPECT_NEAR(static_cast<double>(rounded.synthetic_ticks) / rounded.reference_ticks, exact,
              exact * 1e-8);
}

class ClockTest : public testing::Test {
 protected:
  static Status update(Clock& clock, uint64_t options, Clock::UpdateArgs args) {
    return to_status(clock.update(options, args));
  }
  static Status set(Clock& clock, int64_t value) { return update(clock, kValue, {.value = value}); }

  sim::Machine machine_;
};

TEST_F(ClockTest, CreateChecksItsArguments) {
  machine_.advance(seconds(1));
  EXPECT_EQ(Clock::create(8, 0).error(), Status::InvalidArgs);
  EXPECT_EQ(Clock::create(Clock::kContinuous, 0).error(), Status::InvalidArgs);
  EXPECT_EQ(Clock::create(0, -1).error(), Status::InvalidArgs);
  EXPECT_EQ(Clock::create(Clock::kAutoStart, hal::now().ns + 1'000'000'000).error(),
            Status::InvalidArgs);
  EXPECT_TRUE(Clock::create(kV1 | Clock::kMonotonic | Clock::kContinuous, 5));
  sim::fail_allocation(1);
  EXPECT_EQ(Clock::create(0, 0).error(), Status::NoMemory);
  EXPECT_EQ((*Clock::create(0, 0))->default_rights(), 0x0000c00fu);
}

TEST_F(ClockTest, StandsAtItsBackstopUntilStarted) {
  const RefPtr<Clock> clock = *Clock::create(0, 123);
  machine_.advance(seconds(1));
  EXPECT_EQ(clock->read(), 123);
  EXPECT_EQ(clock->signals(), 0u);
  EXPECT_EQ(update(*clock, kRate, {.rate_adjust_ppm = 1}), Status::BadState);
  EXPECT_EQ(update(*clock, kBound, {.error_bound = 1}), Status::BadState);
  EXPECT_EQ(set(*clock, 122), Status::InvalidArgs);
  EXPECT_EQ(clock->details().generation, 0u);
  EXPECT_EQ(set(*clock, 5000), Status::Ok);
  EXPECT_EQ(clock->signals(), signals::kClockStarted);
  machine_.advance(seconds(1));
  EXPECT_NEAR(static_cast<double>(clock->read()), 1e9 + 5000, 1e5);
}

TEST_F(ClockTest, UpdateChecksItsOptions) {
  const RefPtr<Clock> clock = *Clock::create(0, 0);
  for (const uint64_t wrong :
       {uint64_t{0}, kV1, kV1 | 8, kV1 | 9, uint64_t{1}, (uint64_t{2} << Clock::kVersionShift) | 1,
        kValue | uint64_t{1} << 40})
    EXPECT_EQ(update(*clock, wrong, {}), Status::InvalidArgs) << wrong;
  ASSERT_EQ(set(*clock, 0), Status::Ok);
  for (const int32_t rate : {1001, -1001, std::numeric_limits<int32_t>::min()})
    EXPECT_EQ(update(*clock, kRate, {.rate_adjust_ppm = rate}), Status::InvalidArgs);
  for (const int32_t rate : {1000, -1000})
    EXPECT_EQ(update(*clock, kRate, {.rate_adjust_ppm = rate}), Status::Ok);
}

TEST_F(ClockTest, MonotonicNeverGoesBack) {
  const RefPtr<Clock> clock = *Clock::create(Clock::kMonotonic, 0);
  ASSERT_EQ(set(*clock, 1'000'000'000), Status::Ok);
  machine_.advance(seconds(1));
  EXPECT_EQ(set(*clock, 1'900'000'000), Status::InvalidArgs);
  EXPECT_EQ(set(*clock, 3'000'000'000), Status::Ok);
  const RefPtr<Clock> free = *Clock::create(0, 0);
  ASSERT_EQ(set(*free, 1'000'000'000), Status::Ok);
  EXPECT_EQ(set(*free, 5), Status::Ok);
}

TEST_F(ClockTest, ContinuousIsSetOnceOnly) {
  const RefPtr<Clock> clock = *Clock::create(Clock::kMonotonic | Clock::kContinuous, 0);
  ASSERT_EQ(set(*clock, 100), Status::Ok);
  EXPECT_EQ(set(*clock, kMax), Status::InvalidArgs);
  EXPECT_EQ(update(*clock, kRate, {.rate_adjust_ppm = 5}), Status::Ok);
}

TEST_F(ClockTest, RateChangesWithoutAJump) {
  const RefPtr<Clock> clock = *Clock::create(0, 0);
  ASSERT_EQ(set(*clock, 0), Status::Ok);
  machine_.advance(seconds(1));
  const int64_t before = clock->read();
  ASSERT_EQ(update(*clock, kRate, {.rate_adjust_ppm = 1000}), Status::Ok);
  const int64_t after = clock->read();
  EXPECT_GE(after, before);
  EXPECT_LT(after - before, 1'000'000);
  machine_.advance(seconds(10));
  EXPECT_NEAR(static_cast<double>(clock->read() - after), 10'010'000'000.0, 1e6);
}

TEST_F(ClockTest, DetailsTellEverything) {
  machine_.advance(seconds(1));
  const RefPtr<Clock> clock = *Clock::create(Clock::kMonotonic, 7);
  Clock::Details details = clock->details();
  EXPECT_EQ(details.options, Clock::kMonotonic);
  EXPECT_EQ(details.backstop, 7);
  EXPECT_EQ(details.mono_to_synthetic.synthetic_offset, 7);
  EXPECT_EQ(details.mono_to_synthetic.rate.synthetic_ticks, 0u);
  EXPECT_EQ(details.error_bound, Clock::kUnknownError);

  ASSERT_EQ(set(*clock, 50), Status::Ok);
  const Clock::Details first = clock->details();
  EXPECT_NE(first.generation, details.generation);
  EXPECT_EQ(first.mono_to_synthetic.synthetic_offset, 50);
  EXPECT_EQ(first.mono_to_synthetic.rate.synthetic_ticks, 1u);
  EXPECT_EQ(first.last_rate_adjust_update_ticks, first.last_value_update_ticks);
  EXPECT_EQ(first.last_error_bounds_update_ticks, 0);

  machine_.advance(seconds(1));
  ASSERT_EQ(update(*clock, kRate | kBound, {.rate_adjust_ppm = -20, .error_bound = 99}),
            Status::Ok);
  details = clock->details();
  EXPECT_EQ(details.mono_to_synthetic.rate.synthetic_ticks, 999'980u);
  EXPECT_EQ(details.mono_to_synthetic.rate.reference_ticks, 1'000'000u);
  EXPECT_EQ(details.error_bound, 99u);
  EXPECT_EQ(details.last_value_update_ticks, first.last_value_update_ticks);
  EXPECT_GT(details.last_rate_adjust_update_ticks, first.last_rate_adjust_update_ticks);
  EXPECT_EQ(details.last_error_bounds_update_ticks, details.last_rate_adjust_update_ticks);
  const int64_t predicted = details.ticks_to_synthetic.apply(details.query_ticks);
  EXPECT_LE(predicted, clock->read());
}

TEST_F(ClockTest, AutoStartCopiesTheMonotonicClock) {
  machine_.advance(seconds(3));
  const RefPtr<Clock> clock = *Clock::create(Clock::kAutoStart, 0);
  EXPECT_EQ(clock->signals(), signals::kClockStarted);
  const int64_t before = hal::now().ns;
  const int64_t read = clock->read();
  EXPECT_GE(read, before);
  EXPECT_LE(read, hal::now().ns);
}

TEST_F(ClockTest, UtcIsTheMonotonicClockPlusAnOffset) {
  const int64_t machine_offset = utc_offset_ns();
  EXPECT_EQ(machine_offset, hal::utc_at_start_ns());
  set_utc_offset_ns(1'000'000);
  EXPECT_EQ(utc_offset_ns(), 1'000'000);
  const int64_t before = hal::now().ns;
  EXPECT_GE(utc_now_ns(), before + 1'000'000);
  EXPECT_LE(utc_now_ns(), hal::now().ns + 1'000'000);
  set_utc_offset_ns(machine_offset);
}

}  // namespace
}  // namespace jacinth
