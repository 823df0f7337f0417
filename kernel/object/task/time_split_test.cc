#include "object/task/time_split.h"

#include <gtest/gtest.h>

namespace jacinth {
namespace {

TEST(TimeSplit, SomeVisitsStandForAll) {
  TimeSplit split;
  int measured = 0;
  for (int64_t visit = 0; visit < 800; ++visit) {
    if (!split.enters()) continue;
    ++measured;
    split.begin(nanoseconds(visit * 10));
    ASSERT_TRUE(split.measures());
    split.end(nanoseconds(visit * 10 + 3));
    EXPECT_FALSE(split.measures());
  }
  EXPECT_EQ(measured, 100);
  EXPECT_EQ(split.system(), nanoseconds(800 * 3));
}

TEST(TimeSplit, ShortCallsAreMeasuredSeldom) {
  TimeSplit split;
  for (int call = 0; call < 640; ++call) {
    if (!split.is_sample_due()) continue;
    ASSERT_TRUE(split.enters());
    split.begin(nanoseconds(100));
    split.end(nanoseconds(101));
  }
  EXPECT_EQ(split.system(), nanoseconds(640));
}

}  // namespace
}  // namespace jacinth
