#include "text/format.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "base/print.h"
#include "base/units.h"

namespace jacinth {
namespace {

template <typename... Args>
std::string formatted(FormatString<Args...> format, const Args&... args) {
  char buffer[200];
  return std::string(format_into(buffer, format, args...));
}

TEST(Format, Integers) {
  EXPECT_EQ(formatted("{} {} {}", 1, -2, 3u), "1 -2 3");
  EXPECT_EQ(formatted("{}", std::numeric_limits<int64_t>::min()), "-9223372036854775808");
  EXPECT_EQ(formatted("{}", std::numeric_limits<uint64_t>::max()), "18446744073709551615");
  EXPECT_EQ(formatted("{}", uint8_t{200}), "200");
}

TEST(Format, Hexadecimal) {
  EXPECT_EQ(formatted("{:x}", 0xbeefu), "beef");
  EXPECT_EQ(formatted("{:08x}", 0xbeefu), "0000beef");
  EXPECT_EQ(formatted("{:x}", 0), "0");
}

TEST(Format, WidthAndSide) {
  EXPECT_EQ(formatted("[{:5}]", 42), "[   42]");
  EXPECT_EQ(formatted("[{:<5}]", 42), "[42   ]");
  EXPECT_EQ(formatted("[{:10}]", "text"), "[      text]");
  EXPECT_EQ(formatted("[{:2}]", "longer"), "[longer]");
}

TEST(Format, OtherTypes) {
  EXPECT_EQ(formatted("{} {}", true, false), "true false");
  EXPECT_EQ(formatted("{}{}", 'a', std::string_view("bc")), "abc");
  EXPECT_EQ(formatted("{}", PhysAddr{0x8000}), "0x8000");
  EXPECT_EQ(formatted("{}", VirtAddr{0}), "0x0");
  EXPECT_EQ(formatted("{}", Status::NoMemory), "NO_MEMORY");
}

TEST(Format, Braces) { EXPECT_EQ(formatted("{{{}}}", 1), "{1}"); }

TEST(Format, WhatDoesNotFitIsDropped) {
  char buffer[4];
  EXPECT_EQ(format_into(buffer, "{}", 1234567), "1234");
  EXPECT_EQ(format_into(std::span(buffer, 0), "text"), "");
}

}  // namespace
}  // namespace jacinth
