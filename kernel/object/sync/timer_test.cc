#include "object/sync/timer.h"

#include <gtest/gtest.h>

#include "hal/sim/machine.h"
#include "object/background_call.h"
#include "object/handle_table.h"
#include "object/sync/port.h"
#include "object/wait.h"

namespace jacinth {
namespace {

constexpr uint32_t kCenter = 0;
constexpr uint32_t kEarly = 1;
constexpr uint32_t kLate = 2;

class TimerTest : public testing::Test {
 protected:
  static bool signaled(const Timer& timer) { return timer.signals() == signals::kSignaled; }
  Instant in(Duration span) { return machine_.now() + span; }

  sim::Machine machine_;
  RefPtr<Timer> timer_ = *Timer::create(kCenter);
  Handle handle_{timer_};
};

TEST_F(TimerTest, CreateChecksItsOptions) {
  EXPECT_TRUE(Timer::create(kLate));
  EXPECT_EQ(Timer::create(3).error(), Status::InvalidArgs);
  EXPECT_EQ(timer_->default_rights(), 0x0000d00bu);
}

TEST_F(TimerTest, FiresAtItsDeadlineAndNotBefore) {
  ASSERT_TRUE(timer_->set(in(seconds(2)), {}));
  machine_.run_for(seconds(1));
  EXPECT_FALSE(signaled(*timer_));
  machine_.run_for(seconds(2));
  EXPECT_TRUE(signaled(*timer_));
}

TEST_F(TimerTest, PastDeadlineIsSignaledBeforeSetReturns) {
  machine_.advance(seconds(1));
  for (const Instant past : {Instant{-5}, Instant{0}, machine_.now()}) {
    ASSERT_TRUE(timer_->set(past, {}));
    EXPECT_TRUE(signaled(*timer_));
    timer_->cancel();
    EXPECT_FALSE(signaled(*timer_));
  }
}

TEST_F(TimerTest, NegativeSlackIsRefusedAndChangesNothing) {
  ASSERT_TRUE(timer_->set(Instant{0}, {}));
  EXPECT_EQ(timer_->set(in(seconds(1)), nanoseconds(-1)).error(), Status::OutOfRange);
  EXPECT_TRUE(signaled(*timer_));
}

TEST_F(TimerTest, SettingAgainReplacesAndClears) {
  ASSERT_TRUE(timer_->set(in(seconds(1)), {}));
  ASSERT_TRUE(timer_->set(in(seconds(5)), {}));
  machine_.run_for(seconds(3));
  EXPECT_FALSE(signaled(*timer_));
  machine_.run_for(seconds(3));
  EXPECT_TRUE(signaled(*timer_));
  ASSERT_TRUE(timer_->set(in(seconds(1)), {}));
  EXPECT_FALSE(signaled(*timer_));
}

TEST_F(TimerTest, CancelledTimerDoesNotFire) {
  ASSERT_TRUE(timer_->set(in(seconds(1)), {}));
  timer_->cancel();
  EXPECT_EQ(machine_.run_until_idle(), sim::Stop::Idle);
  EXPECT_FALSE(signaled(*timer_));
}

TEST_F(TimerTest, TellsWhatWasSet) {
  EXPECT_EQ(timer_->info().deadline, Instant{0});
  const Instant deadline = in(seconds(4));
  ASSERT_TRUE(timer_->set(deadline, milliseconds(3)));
  EXPECT_EQ(timer_->info().deadline, deadline);
  EXPECT_EQ(timer_->info().slack, milliseconds(3));
  EXPECT_EQ(timer_->info().options, kCenter);
  machine_.run_for(seconds(5));
  EXPECT_EQ(timer_->info().deadline, Instant{0});
  EXPECT_EQ(timer_->info().slack, Duration{});
  ASSERT_TRUE(timer_->set(kForever, {}));
  EXPECT_EQ(timer_->info().deadline, kForever);
  EXPECT_EQ(machine_.run_until_idle(), sim::Stop::Idle);
  EXPECT_FALSE(signaled(*timer_));
}

TEST_F(TimerTest, LastHandleCancels) {
  ASSERT_TRUE(timer_->set(in(seconds(1)), {}));
  handle_.close();
  EXPECT_EQ(machine_.run_until_idle(), sim::Stop::Idle);
  EXPECT_FALSE(signaled(*timer_));
}

struct SlackCase {
  uint32_t mode;
  Duration other;  // when the timer that is there fires
  bool shared;     // whether one set for 10 s with 2 s of slack fires with it
};
class TimerSlackTest : public TimerTest, public testing::WithParamInterface<SlackCase> {};

TEST_P(TimerSlackTest, JoinsATimerWithinItsSlack) {
  const SlackCase& test = GetParam();
  const RefPtr<Timer> slack = *Timer::create(test.mode);
  const Instant start = machine_.now();
  ASSERT_TRUE(timer_->set(start + test.other, {}));
  ASSERT_TRUE(slack->set(start + seconds(10), seconds(2)));
  const bool early = test.other < seconds(10);
  machine_.run_for(early ? test.other : seconds(10));
  machine_.run_for(milliseconds(10));
  EXPECT_EQ(signaled(*slack), early == test.shared);
  EXPECT_EQ(machine_.run_until_idle(), sim::Stop::Idle);
  EXPECT_TRUE(signaled(*slack));
}
INSTANTIATE_TEST_SUITE_P(
    Modes, TimerSlackTest,
    testing::Values(SlackCase{kLate, seconds(11), true}, SlackCase{kLate, seconds(9), false},
                    SlackCase{kLate, seconds(13), false}, SlackCase{kEarly, seconds(9), true},
                    SlackCase{kEarly, seconds(11), false}, SlackCase{kEarly, seconds(7), false},
                    SlackCase{kCenter, seconds(9), true}, SlackCase{kCenter, seconds(11), true},
                    SlackCase{kCenter, seconds(13), false}));

TEST_F(TimerTest, WakesThreadsAndPorts) {
  HandleTable table(1);
  const HandleValue timer = *table.add(Handle(timer_));
  const RefPtr<Port> port = *Port::create(0);
  const HandleValue port_handle = *table.add(Handle(port));
  ASSERT_TRUE(wait_async(table, timer, port_handle, 4, signals::kSignaled, 0));
  BackgroundCall<WaitResult> waiting(
      [&] { return wait_one(table, timer, signals::kSignaled, kForever); });
  ASSERT_TRUE(timer_->set(in(seconds(1)), {}));
  EXPECT_EQ(machine_.run_until_idle(), sim::Stop::Idle);
  EXPECT_EQ(waiting.result().status, Status::Ok);
  EXPECT_EQ(Port::wait(port, kNoWait).value()->key, 4u);
}

}  // namespace
}  // namespace jacinth
