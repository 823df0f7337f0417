#include "exec/deadline_queue.h"

#include <gtest/gtest.h>

#include <vector>

#include "exec/executor.h"
#include "hal/clock.h"
#include "hal/sim/machine.h"

namespace jacinth::exec {
namespace {

using sim::Machine;
using sim::Stop;

struct Alarm final : TimerNode {
  void on_deadline() override {
    fired_at.push_back(hal::now());
    if (repeats-- > 0) arm(hal::now() + period);
  }
  std::vector<Instant> fired_at;
  int repeats = 0;
  Duration period = milliseconds(1);
};

TEST(DeadlineQueue, FiresInOrderOfTimeAndNotEarly) {
  Machine machine;
  Alarm first;
  Alarm second;
  const Instant start = machine.now();
  second.arm(start + milliseconds(2));
  first.arm(start + milliseconds(1));
  EXPECT_EQ(Executor::current().deadlines().earliest(), start + milliseconds(1));
  ASSERT_EQ(machine.run_until_idle(), Stop::Idle);
  ASSERT_EQ(first.fired_at.size(), 1u);
  ASSERT_EQ(second.fired_at.size(), 1u);
  EXPECT_GE(first.fired_at[0], start + milliseconds(1));
  EXPECT_GE(second.fired_at[0], start + milliseconds(2));
  EXPECT_LT(first.fired_at[0], second.fired_at[0]);
  EXPECT_EQ(Executor::current().deadlines().earliest(), kForever);
}

TEST(DeadlineQueue, CancelledTimerDoesNotFire) {
  Machine machine;
  Alarm alarm;
  alarm.arm(machine.now() + milliseconds(1));
  EXPECT_TRUE(alarm.cancel());
  EXPECT_FALSE(alarm.cancel());
  ASSERT_EQ(machine.run_until_idle(), Stop::Idle);
  EXPECT_TRUE(alarm.fired_at.empty());
}

TEST(DeadlineQueue, ForeverIsNeverQueued) {
  Machine machine;
  Alarm alarm;
  alarm.arm(kForever);
  EXPECT_EQ(Executor::current().deadlines().earliest(), kForever);
  EXPECT_FALSE(alarm.cancel());
}

TEST(DeadlineQueue, PastDeadlineFiresAtOnce) {
  Machine machine;
  Alarm alarm;
  alarm.arm(kNoWait);
  ASSERT_EQ(machine.run_until_idle(), Stop::Idle);
  ASSERT_EQ(alarm.fired_at.size(), 1u);
}

TEST(DeadlineQueue, TimerMayArmItselfAgain) {
  Machine machine;
  Alarm alarm;
  alarm.repeats = 3;
  const Instant start = machine.now();
  alarm.arm(start + milliseconds(1));
  ASSERT_EQ(machine.run_until_idle(), Stop::Idle);
  ASSERT_EQ(alarm.fired_at.size(), 4u);
  EXPECT_GE(alarm.fired_at[3], start + milliseconds(4));
  EXPECT_FALSE(alarm.cancel());
}

struct SlackCase {
  Slack::Mode mode;
  int64_t offset_ms;  // of the timer with slack, from the one already queued
  bool shares;
};

class DeadlineSlack : public testing::TestWithParam<SlackCase> {};

// A timer at 100 ms is queued; one with 10 ms of slack comes `offset_ms` from it.
TEST_P(DeadlineSlack, SharesTheDeadlineWithinItsSlackOnly) {
  Machine machine;
  const Instant base = machine.now() + milliseconds(100);
  Alarm fixed;
  Alarm loose;
  fixed.arm(base);
  const Instant wanted = base + milliseconds(GetParam().offset_ms);
  loose.arm(wanted, {.amount = milliseconds(10), .mode = GetParam().mode});
  EXPECT_EQ(loose.deadline(), GetParam().shares ? base : wanted);
  EXPECT_TRUE(fixed.cancel());
  EXPECT_TRUE(loose.cancel());
}

INSTANTIATE_TEST_SUITE_P(Modes, DeadlineSlack,
                         testing::Values(SlackCase{Slack::Mode::Center, 9, true},
                                         SlackCase{Slack::Mode::Center, -9, true},
                                         SlackCase{Slack::Mode::Center, 11, false},
                                         SlackCase{Slack::Mode::Center, -11, false},
                                         SlackCase{Slack::Mode::Late, -9, true},
                                         SlackCase{Slack::Mode::Late, 9, false},
                                         SlackCase{Slack::Mode::Early, 9, true},
                                         SlackCase{Slack::Mode::Early, -9, false}));

TEST(DeadlineQueue, WithoutSlackNothingIsShared) {
  Machine machine;
  Alarm fixed;
  Alarm exact;
  fixed.arm(machine.now() + milliseconds(100));
  exact.arm(machine.now() + nanoseconds(100'000'001));
  EXPECT_NE(fixed.deadline(), exact.deadline());
  EXPECT_TRUE(fixed.cancel());
  EXPECT_TRUE(exact.cancel());
}

TEST(DeadlineQueue, SharedDeadlinesFireWithOneWakeUp) {
  Machine machine;
  std::array<Alarm, 10> alarms;
  const Instant base = machine.now() + milliseconds(100);
  for (size_t i = 0; i < alarms.size(); ++i)
    alarms[i].arm(base + microseconds(static_cast<int64_t>(i)), {.amount = milliseconds(1)});
  ASSERT_EQ(machine.run_until_idle(), Stop::Idle);
  for (const Alarm& alarm : alarms) {
    ASSERT_EQ(alarm.fired_at.size(), 1u);
    EXPECT_EQ(alarm.deadline(), base);
  }
}

}  // namespace
}  // namespace jacinth::exec
