#include "exec/deferred.h"

#include <gtest/gtest.h>

#include "base/never_destroyed.h"
#include "exec/activity.h"
#include "hal/sim/machine.h"
#include "hal/sim/seeds.h"

namespace jacinth::exec {
namespace {

int runs = 0;
int portions_left = 0;
void count_run();
void run_portion();
constinit Deferred counted(count_run);
constinit Deferred in_portions(run_portion);

void count_run() { ++runs; }
void run_portion() {
  ++runs;
  if (--portions_left > 0) in_portions.schedule();
}

class DeferredTest : public testing::Test {
 protected:
  DeferredTest() { runs = 0; }
  void run() { ASSERT_EQ(machine_.run_until_idle(), sim::Stop::Idle); }
  sim::Machine machine_;
};

TEST_F(DeferredTest, RunsOnceHoweverOftenScheduled) {
  counted.schedule();
  counted.schedule();
  EXPECT_EQ(runs, 0);
  run();
  EXPECT_EQ(runs, 1);
  counted.schedule();
  run();
  EXPECT_EQ(runs, 2);
}

TEST_F(DeferredTest, OneRunDoesNotIncludeWhatItSchedules) {
  portions_left = 5;
  in_portions.schedule();
  counted.schedule();
  run_deferred();
  EXPECT_EQ(runs, 2);
  run_deferred();
  EXPECT_EQ(runs, 3);
  run();
  EXPECT_EQ(runs, 6);
}

Task<void> schedule_under_a_lock(SpinLock& lock) {
  LockGuard guard(lock);
  counted.schedule();
  EXPECT_EQ(runs, 0);
  co_return;
}

TEST_F(DeferredTest, RunsAfterTheLockIsFree) {
  SpinLock lock(LockRank::Frames);
  Activity activity;
  ASSERT_TRUE(activity.start([&] { return schedule_under_a_lock(lock); }));
  run();
  EXPECT_EQ(runs, 1);
}

TEST(DeferredMachineTest, ANewMachineStartsWithNothingScheduled) {
  {
    sim::Machine machine;
    counted.schedule();
  }
  sim::Machine machine;
  runs = 0;
  counted.schedule();
  ASSERT_EQ(machine.run_until_idle(), sim::Stop::Idle);
  EXPECT_EQ(runs, 1);
}

int wanted = 0;
int handled = 0;
void handle_all() { handled = wanted; }
constinit Deferred handler(handle_all);

Task<void> want_things() {
  for (int i = 0; i < 10; ++i) {
    ++wanted;
    handler.schedule();
    if (i % 3 == 0) co_await yield();
  }
}

TEST(DeferredSeeds, WorkScheduledWhileItRunsRunsAgain) {
  sim::for_each_seed(1000, [](uint64_t seed) {
    wanted = handled = 0;
    sim::Machine machine({.seed = seed, .cpus = 4});
    std::array<Activity, 4> activities;
    for (Activity& activity : activities) ASSERT_TRUE(activity.start([] { return want_things(); }));
    ASSERT_EQ(machine.run_until_idle(), sim::Stop::Idle);
    EXPECT_EQ(handled, wanted);
  });
}

}  // namespace
}  // namespace jacinth::exec
