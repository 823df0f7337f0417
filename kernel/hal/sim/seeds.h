// Running a concurrency test over many schedules.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace jacinth::sim {

// Runs `body(seed)` for `count` seeds and stops at the first that fails, naming it. Environment:
// JACINTH_SEED=n runs that seed alone, JACINTH_SEEDS=n runs n seeds; without JACINTH_ALL_SEEDS, a
// tenth of `count`, as when a developer runs all tests.
template <typename F>
void for_each_seed(uint64_t count, F&& body) {
  uint64_t first = 1;
  if (getenv("JACINTH_ALL_SEEDS") == nullptr) count = (count + 9) / 10;
  if (const char* asked = getenv("JACINTH_SEEDS")) count = strtoull(asked, nullptr, 0);
  if (const char* asked = getenv("JACINTH_SEED")) {
    first = strtoull(asked, nullptr, 0);
    count = 1;
  }
  for (uint64_t seed = first; seed < first + count; ++seed) {
    body(seed);
    if (!testing::Test::HasFailure()) continue;
    fprintf(stderr, "failing seed: %llu (replay with JACINTH_SEED=%llu)\n",
            static_cast<unsigned long long>(seed), static_cast<unsigned long long>(seed));
    return;
  }
}

}  // namespace jacinth::sim
