#include "image/bytes.h"

#include <gtest/gtest.h>

#include <array>

namespace jacinth::image {
namespace {

TEST(Bytes, FitsNeverOverflows) {
  EXPECT_TRUE(fits(0, 0, 0));
  EXPECT_TRUE(fits(10, 0, 10));
  EXPECT_TRUE(fits(4, 6, 10));
  EXPECT_FALSE(fits(4, 7, 10));
  EXPECT_FALSE(fits(11, 0, 10));
  EXPECT_FALSE(fits(UINT64_MAX, 1, 10));
  EXPECT_FALSE(fits(1, UINT64_MAX, 10));
  EXPECT_TRUE(fits(0, UINT64_MAX, UINT64_MAX));
}

TEST(Bytes, RoundUpKnowsItsEnd) {
  EXPECT_EQ(round_up(0, 8), 0u);
  EXPECT_EQ(round_up(1, 8), 8u);
  EXPECT_EQ(round_up(4096, 4096), 4096u);
  EXPECT_EQ(round_up(UINT64_MAX - 4095, 4096), UINT64_MAX - 4095);
  EXPECT_EQ(round_up(UINT64_MAX - 4094, 4096), std::nullopt);
  EXPECT_EQ(round_up(UINT64_MAX, 1), UINT64_MAX);
}

TEST(Bytes, LoadReadsUnalignedLittleEndian) {
  const std::array<uint8_t, 6> raw{0, 1, 2, 3, 4, 5};
  const Bytes bytes = std::as_bytes(std::span(raw));
  EXPECT_EQ(load<uint32_t>(bytes, 1), 0x04030201u);
  EXPECT_EQ(load<uint32_t>(bytes, 2), 0x05040302u);
  EXPECT_EQ(load<uint32_t>(bytes, 3), std::nullopt);
  EXPECT_EQ(load<uint8_t>(bytes, 6), std::nullopt);
  EXPECT_EQ(load<uint8_t>(bytes, UINT64_MAX), std::nullopt);
}

}  // namespace
}  // namespace jacinth::image
