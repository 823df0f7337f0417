// What the fuzzer does, with inputs made from seeds: a seed that fails replays alone.
#include <gtest/gtest.h>

#include <vector>

#include "hal/sim/random.h"
#include "hal/sim/seeds.h"
#include "zircon/testing.h"

namespace jacinth::zircon {
namespace {

std::vector<uint8_t> random_input(uint64_t seed) {
  sim::Random random(seed);
  std::vector<uint8_t> bytes(64 + random.below(2048));
  for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random.next());
  return bytes;
}

TEST(RandomCallsSeeds, LeaveNothingBehind) {
  sim::for_each_seed(500, [](uint64_t seed) {
    EXPECT_EQ(testing::RandomCalls::run(random_input(seed)), "") << "seed " << seed;
  });
}

}  // namespace
}  // namespace jacinth::zircon
