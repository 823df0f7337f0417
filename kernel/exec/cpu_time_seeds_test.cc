// The CPU time of an activity as another CPU reads it while it runs, stops and runs again.
#include <gtest/gtest.h>

#include <atomic>

#include "exec/activity.h"
#include "exec/executor.h"
#include "hal/clock.h"
#include "hal/sim/machine.h"
#include "hal/sim/seeds.h"

namespace jacinth::exec {
namespace {

using sim::for_each_seed;
using sim::Machine;
using sim::Stop;

struct Worker : Activity {
  // What it had used when it last began to work, and when that was; 0: it is not working.
  std::atomic<int64_t> used_before{0};
  std::atomic<int64_t> works_since{0};
};

Task<void> work_in_portions(Worker& self) {
  for (int round = 0; round < 8; ++round) {
    const Instant start = hal::now();
    self.used_before = self.runtime().ns;
    self.works_since = start.ns;
    while (hal::now() < start + microseconds(3)) interleave_point();
    self.works_since = 0;
    co_await yield();
  }
}

// The machine has been running since `start`.
Task<void> watch(const Worker& worker, Instant start, int& exact) {
  Duration last{};
  while (worker.state() != Activity::State::Finished) {
    const int64_t since = worker.works_since;
    const int64_t before = worker.used_before;
    const Instant asked = hal::now();
    const Duration used = worker.runtime();
    EXPECT_GE(used, last);
    EXPECT_LE(used, hal::now() - start);
    if (since != 0 && since == worker.works_since) {
      EXPECT_GE(used.ns, before + asked.ns - since);
      ++exact;
    }
    last = used;
    interleave_point();
  }
  co_return;
}

TEST(CpuTimeSeeds, IsExactAndNeverGoesBackWhileTheActivityRunsElsewhere) {
  int exact = 0;
  for_each_seed(500, [&](uint64_t seed) {
    Machine machine({.seed = seed, .cpus = 2});
    Worker worker;
    Activity watcher;
    const Instant start = hal::now();
    worker.set_allowed_cpus(1);
    watcher.set_allowed_cpus(2);
    ASSERT_TRUE(watcher.start([&] { return watch(worker, start, exact); }));
    ASSERT_TRUE(worker.start([&] { return work_in_portions(worker); }));
    ASSERT_EQ(machine.run_until_idle(), Stop::Idle);
    EXPECT_GE(worker.runtime(), microseconds(24));
  });
  EXPECT_GT(exact, 500);
}

}  // namespace
}  // namespace jacinth::exec
