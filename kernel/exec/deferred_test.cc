#include "exec/deferred.h"

#include <gtest/gtest.h>

#include "exec/activity.h"
#include "hal/sim/machine.h"

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

}  // namespace
}  // namespace jacinth::exec
