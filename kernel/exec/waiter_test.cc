#include "exec/waiter.h"

#include <gtest/gtest.h>

#include <optional>

#include "exec/executor.h"
#include "exec/test_event.h"
#include "hal/clock.h"
#include "hal/sim/machine.h"

namespace jacinth::exec {
namespace {

using sim::Machine;
using sim::Stop;

Task<void> wait_for(TestEvent& event, Instant deadline, Interruptible interruptible,
                    std::optional<Status>& outcome) {
  outcome = co_await event.wait(deadline, interruptible);
}

// One activity that waits for one event.
struct OneWait {
  void start(Instant deadline = kForever, Interruptible interruptible = Interruptible::Yes) {
    EXPECT_TRUE(
        activity.start([&, this] { return wait_for(event, deadline, interruptible, outcome); }));
  }
  TestEvent event;
  std::optional<Status> outcome;
  Activity activity;
};

TEST(Waiter, SignalEndsAWait) {
  Machine machine;
  OneWait wait;
  wait.start();
  ASSERT_EQ(machine.run_until_idle(), Stop::Idle);
  EXPECT_EQ(wait.activity.state(), Activity::State::Sleeping);
  EXPECT_EQ(wait.event.signal(), 1);
  ASSERT_EQ(machine.run_until_idle(), Stop::Idle);
  EXPECT_EQ(wait.outcome, Status::Ok);
  EXPECT_EQ(wait.activity.state(), Activity::State::Finished);
}

TEST(Waiter, DeadlineEndsAWaitNotBeforeItsTime) {
  Machine machine;
  OneWait wait;
  const Instant deadline = machine.now() + milliseconds(5);
  wait.start(deadline);
  EXPECT_EQ(machine.run_for(milliseconds(4)), Stop::TimeLimit);
  EXPECT_EQ(wait.outcome, std::nullopt);
  ASSERT_EQ(machine.run_until_idle(), Stop::Idle);
  EXPECT_EQ(wait.outcome, Status::TimedOut);
  EXPECT_GE(machine.now(), deadline);
}

TEST(Waiter, SignalledWinsOverPassedDeadline) {
  Machine machine;
  OneWait wait;
  EXPECT_EQ(wait.event.signal(), 0);
  wait.start(kNoWait);
  ASSERT_EQ(machine.run_until_idle(), Stop::Idle);
  EXPECT_EQ(wait.outcome, Status::Ok);
}

TEST(Waiter, PassedDeadlineTimesOutWithoutSleeping) {
  Machine machine;
  OneWait wait;
  wait.start(kNoWait);
  ASSERT_EQ(machine.run_until_idle(), Stop::Idle);
  EXPECT_EQ(wait.outcome, Status::TimedOut);
  EXPECT_EQ(Executor::current().counters().switches.load(), 1u);
}

TEST(Waiter, TimedOutWaitLeavesNoObserverBehind) {
  Machine machine;
  OneWait wait;
  wait.start(machine.now() + milliseconds(1));
  ASSERT_EQ(machine.run_until_idle(), Stop::Idle);
  EXPECT_EQ(wait.outcome, Status::TimedOut);
  EXPECT_EQ(wait.event.waiters(), 0u);
  EXPECT_EQ(wait.event.signal(), 0);
  EXPECT_EQ(Executor::current().deadlines().earliest(), kForever);
}

TEST(Waiter, InterruptEndsAWait) {
  Machine machine;
  OneWait wait;
  wait.start();
  ASSERT_EQ(machine.run_until_idle(), Stop::Idle);
  wait.activity.interrupt();
  ASSERT_EQ(machine.run_until_idle(), Stop::Idle);
  EXPECT_EQ(wait.outcome, Status::InternalIntrRetry);
  EXPECT_EQ(wait.event.waiters(), 0u);
}

TEST(Waiter, EarlierInterruptEndsTheNextWaitAtOnce) {
  Machine machine;
  OneWait wait;
  wait.activity.interrupt();
  wait.start();
  ASSERT_EQ(machine.run_until_idle(), Stop::Idle);
  EXPECT_EQ(wait.outcome, Status::InternalIntrRetry);
}

TEST(Waiter, ClearedInterruptEndsNothing) {
  Machine machine;
  OneWait wait;
  wait.activity.interrupt();
  wait.activity.clear_interrupt();
  wait.start();
  ASSERT_EQ(machine.run_until_idle(), Stop::Idle);
  EXPECT_EQ(wait.outcome, std::nullopt);
  wait.event.signal();
  ASSERT_EQ(machine.run_until_idle(), Stop::Idle);
  EXPECT_EQ(wait.outcome, Status::Ok);
}

TEST(Waiter, UninterruptibleWaitIgnoresInterrupts) {
  Machine machine;
  OneWait wait;
  wait.activity.interrupt();
  wait.start(kForever, Interruptible::No);
  ASSERT_EQ(machine.run_until_idle(), Stop::Idle);
  wait.activity.interrupt();
  ASSERT_EQ(machine.run_until_idle(), Stop::Idle);
  EXPECT_EQ(wait.outcome, std::nullopt);
  EXPECT_EQ(wait.event.cancel(), 1);
  ASSERT_EQ(machine.run_until_idle(), Stop::Idle);
  EXPECT_EQ(wait.outcome, Status::Canceled);
}

Task<void> finish_twice(Status& outcome) {
  Waiter waiter;
  EXPECT_FALSE(waiter.finished());
  EXPECT_TRUE(waiter.finish(Status::PeerClosed));
  EXPECT_FALSE(waiter.finish(Status::Ok));
  EXPECT_TRUE(waiter.finished());
  outcome = co_await waiter.wait(kForever);
}

TEST(Waiter, FirstOutcomeStands) {
  Machine machine;
  Activity activity;
  Status outcome = Status::Ok;
  ASSERT_TRUE(activity.start([&] { return finish_twice(outcome); }));
  ASSERT_EQ(machine.run_until_idle(), Stop::Idle);
  EXPECT_EQ(outcome, Status::PeerClosed);
}

Task<void> wait_twice(TestEvent& event, std::vector<Status>& outcomes) {
  outcomes.push_back(co_await event.wait());
  event.reset();
  outcomes.push_back(co_await event.wait());
}

TEST(Waiter, WaitArmedAgainFiresAgain) {
  Machine machine;
  TestEvent event;
  std::vector<Status> outcomes;
  Activity activity;
  ASSERT_TRUE(activity.start([&] { return wait_twice(event, outcomes); }));
  for (size_t round = 1; round <= 2; ++round) {
    ASSERT_EQ(machine.run_until_idle(), Stop::Idle);
    EXPECT_EQ(event.signal(), 1);
    ASSERT_EQ(machine.run_until_idle(), Stop::Idle);
    EXPECT_EQ(outcomes.size(), round);
  }
}

Task<void> wait_inside_a_wait(Waiter*& outer, TestEvent& inner, std::vector<Status>& outcomes) {
  Waiter waiter;
  outer = &waiter;
  outcomes.push_back(co_await inner.wait());
  outcomes.push_back(co_await waiter.wait(kForever));
}

TEST(Waiter, OuterWaiterThatIsFinishedDoesNotEndAnInnerWait) {
  Machine machine;
  TestEvent inner;
  Waiter* outer = nullptr;
  std::vector<Status> outcomes;
  Activity activity;
  ASSERT_TRUE(activity.start([&] { return wait_inside_a_wait(outer, inner, outcomes); }));
  ASSERT_EQ(machine.run_until_idle(), Stop::Idle);
  EXPECT_TRUE(outer->finish(Status::PeerClosed));
  ASSERT_EQ(machine.run_until_idle(), Stop::Idle);
  EXPECT_TRUE(outcomes.empty());
  inner.signal();
  ASSERT_EQ(machine.run_until_idle(), Stop::Idle);
  EXPECT_EQ(outcomes, (std::vector{Status::Ok, Status::PeerClosed}));
}

}  // namespace
}  // namespace jacinth::exec
