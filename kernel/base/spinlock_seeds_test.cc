#include "base/spinlock.h"

#include <gtest/gtest.h>

#include "exec/activity.h"
#include "hal/sim/machine.h"
#include "hal/sim/seeds.h"

namespace jacinth {
namespace {

constexpr int kRounds = 10;

exec::Task<void> count_up(Guarded<int, LockRank::Object>& counter) {
  for (int i = 0; i < kRounds; ++i) {
    counter.with([](int& value) {
      const int seen = value;
      interleave_point();
      value = seen + 1;
    });
    co_await exec::yield();
  }
}

TEST(SpinLockSeeds, NoIncrementIsLost) {
  sim::for_each_seed(1000, [](uint64_t seed) {
    sim::Machine machine({.seed = seed, .cpus = 4});
    Guarded<int, LockRank::Object> counter;
    std::array<exec::Activity, 6> workers;
    for (exec::Activity& worker : workers)
      ASSERT_TRUE(worker.start([&] { return count_up(counter); }));
    ASSERT_EQ(machine.run_until_idle(), sim::Stop::Idle);
    EXPECT_EQ(*counter.lock(), kRounds * static_cast<int>(workers.size()));
  });
}

}  // namespace
}  // namespace jacinth
