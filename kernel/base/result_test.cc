#include "base/result.h"

#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string_view>

#include "base/units.h"

namespace jacinth {
namespace {

TEST(Status, NamesAreZirconsAndDistinct) {
  EXPECT_STREQ(status_name(Status::Ok), "OK");
  EXPECT_STREQ(status_name(Status::InternalIntrRetry), "INTERNAL_INTR_RETRY");
  EXPECT_STREQ(status_name(Status::ConnectionAborted), "CONNECTION_ABORTED");
  EXPECT_STREQ(status_name(Status{-9999}), "UNKNOWN");
  std::set<std::string_view> names;
  std::set<int> values;
  int count = 0;
#define COUNT_STATUS(name, zx, value)      \
  names.insert(status_name(Status::name)); \
  values.insert(value);                    \
  ++count;
  JACINTH_STATUS_LIST(COUNT_STATUS)
#undef COUNT_STATUS
  EXPECT_EQ(names.size(), static_cast<size_t>(count));
  EXPECT_EQ(values.size(), static_cast<size_t>(count));
}

TEST(Status, NumbersAreZircons) {
  EXPECT_EQ(static_cast<int>(Status::BadHandle), -11);
  EXPECT_EQ(static_cast<int>(Status::TimedOut), -21);
  EXPECT_EQ(static_cast<int>(Status::PeerClosed), -24);
  EXPECT_EQ(static_cast<int>(Status::AccessDenied), -30);
}

Result<int> half(int value) {
  if (value % 2 != 0) return fail(Status::InvalidArgs);
  return value / 2;
}
Result<int> quarter(int value) { return TRY(half(TRY(half(value)))); }
Result<> check_even(int value) {
  TRY(half(value));
  return {};
}

TEST(Result, TryTakesTheValueOrReturnsTheError) {
  EXPECT_EQ(quarter(8), Result<int>(2));
  EXPECT_EQ(quarter(6).error(), Status::InvalidArgs);
  EXPECT_TRUE(check_even(2));
  EXPECT_EQ(check_even(3).error(), Status::InvalidArgs);
}

Result<std::unique_ptr<int>> make_number() { return std::make_unique<int>(5); }
Result<int> read_number() {
  std::unique_ptr<int> number = TRY(make_number());
  return *number;
}

TEST(Result, TryMovesWhatCannotBeCopied) { EXPECT_EQ(read_number(), Result<int>(5)); }

TEST(Result, StatusAndResultConvert) {
  EXPECT_TRUE(to_result(Status::Ok));
  EXPECT_EQ(to_result(Status::NotFound).error(), Status::NotFound);
  EXPECT_EQ(to_status(Result<int>(3)), Status::Ok);
  EXPECT_EQ(to_status(Result<int>(fail(Status::Io))), Status::Io);
}

TEST(Units, TimeSaturates) {
  EXPECT_EQ(kForever + seconds(1), kForever);
  EXPECT_EQ(Instant{-2} + nanoseconds(std::numeric_limits<int64_t>::min()),
            Instant{std::numeric_limits<int64_t>::min()});
  EXPECT_EQ((kForever - Instant{-1}).ns, std::numeric_limits<int64_t>::max());
  EXPECT_EQ(milliseconds(3), microseconds(3000));
}

TEST(Units, PageArithmetic) {
  EXPECT_TRUE(is_page_aligned(0x3000));
  EXPECT_FALSE(is_page_aligned(0x3001));
  EXPECT_EQ(page_floor(0x3fff), 0x3000u);
  EXPECT_EQ(page_ceil(0x3001), 0x4000u);
  EXPECT_EQ(page_ceil(0x3000), 0x3000u);
  EXPECT_TRUE(page_ceil_overflows(~uint64_t{0}));
  EXPECT_FALSE(page_ceil_overflows(~uint64_t{0} - kPageSize + 1));
}

}  // namespace
}  // namespace jacinth
