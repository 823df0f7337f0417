#include "hal/bare_common/one_shot_timer.h"

#include <gtest/gtest.h>

namespace jacinth::hal {
namespace {

constexpr Instant at(int64_t ns) { return {ns}; }

TEST(OneShotTimer, EndsWhenItsTimeHasCome) {
  OneShotTimer timer;
  EXPECT_TRUE(timer.change(at(100)));
  EXPECT_TRUE(timer.has_expired(at(100)));
  EXPECT_EQ(timer.deadline(), kForever);
}

TEST(OneShotTimer, AnInterruptTooEarlyLeavesItSet) {
  OneShotTimer timer;
  EXPECT_TRUE(timer.change(at(100)));
  EXPECT_FALSE(timer.has_expired(at(99)));
  EXPECT_EQ(timer.deadline(), at(100));
  EXPECT_TRUE(timer.has_expired(at(101)));
}

// The interrupt of the first deadline may come when the second has been set.
TEST(OneShotTimer, TheInterruptOfAnotherDeadlineIsTooEarly) {
  OneShotTimer timer;
  EXPECT_TRUE(timer.change(at(100)));
  EXPECT_TRUE(timer.change(at(200)));
  EXPECT_FALSE(timer.has_expired(at(100)));
  EXPECT_EQ(timer.deadline(), at(200));
}

TEST(OneShotTimer, ComesForNothingWhenItIsOff) {
  OneShotTimer timer;
  EXPECT_TRUE(timer.change(kForever));
  EXPECT_TRUE(timer.has_expired(at(5)));
  EXPECT_EQ(timer.deadline(), kForever);
}

TEST(OneShotTimer, TurningItOffTwiceTellsTheDeviceOnce) {
  OneShotTimer timer;
  EXPECT_TRUE(timer.change(kForever));
  EXPECT_FALSE(timer.change(kForever));
  EXPECT_TRUE(timer.change(at(7)));
  EXPECT_TRUE(timer.change(at(7)));
  EXPECT_TRUE(timer.change(kForever));
}

}  // namespace
}  // namespace jacinth::hal
