#include "hal/bare_common/random_pool.h"

#include <gtest/gtest.h>

#include <cstring>

namespace jacinth::hal {
namespace {

// RFC 8439, 2.3.2.
TEST(RandomPool, ChaCha20IsTheStandards) {
  uint32_t key[8];
  for (uint32_t i = 0; i < 8; ++i)
    key[i] = 4 * i | (4 * i + 1) << 8 | (4 * i + 2) << 16 | (4 * i + 3) << 24;
  const uint32_t nonce[3] = {0x09000000, 0x4a000000, 0};
  const ChaChaBlock expected = {0xe4e7f110, 0x15593bd1, 0x1fdd0f50, 0xc47120a3,
                                0xc7f4d1c7, 0x0368c033, 0x9aaa2204, 0x4e6cd4c3,
                                0x466482d2, 0x09aa9f07, 0x05d7c214, 0xa2028bd9,
                                0xd19c12b5, 0xb94e16de, 0xe883d0cb, 0x4e3c50a2};
  EXPECT_EQ(chacha20_block(key, 1, nonce), expected);
}

using Sample = std::array<std::byte, 100>;
Sample take(RandomPool& pool) {
  Sample sample{};
  pool.take(sample);
  return sample;
}

TEST(RandomPool, NeverRepeatsItself) {
  RandomPool pool;
  const Sample first = take(pool), second = take(pool);
  EXPECT_NE(first, second);
  // Nor within one answer.
  EXPECT_NE(memcmp(first.data(), first.data() + 32, 32), 0);
  EXPECT_NE(memcmp(first.data(), first.data() + 64, 32), 0);
}

TEST(RandomPool, FollowsItsSeeds) {
  RandomPool one, same, other;
  std::array<std::byte, 40> seed{};
  one.add(seed);
  same.add(seed);
  seed[39] = std::byte{1};
  other.add(seed);
  EXPECT_EQ(take(one), take(same));
  EXPECT_NE(take(one), take(other));
}

}  // namespace
}  // namespace jacinth::hal
