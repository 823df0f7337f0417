// Timers, sleeping, and arithmetic on deadlines.
#include <zircon/syscalls/policy.h>

#include "support.h"

namespace core {
namespace {

TEST(timers, create_refuses_bad_arguments) {
  zx_handle_t timer = ZX_HANDLE_INVALID;
  EXPECT_STATUS(zx_timer_create(0, ZX_CLOCK_UTC, &timer), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_timer_create(3, ZX_CLOCK_MONOTONIC, &timer), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(timer, ZX_HANDLE_INVALID);
}

TEST(timers, start_idle) {
  const Handle timer = make_timer();
  EXPECT_EQ(signals_of(timer), ZX_SIGNAL_NONE);
  const auto idle = info<zx_info_timer_t>(timer.get(), ZX_INFO_TIMER);
  EXPECT_EQ(idle.deadline, 0);
  EXPECT_EQ(idle.slack, 0);
}

TEST(timers, fire_at_their_deadline) {
  const Handle timer = make_timer();
  const zx_time_t deadline = zx_deadline_after(ZX_MSEC(2));
  EXPECT_OK(zx_timer_set(timer.get(), deadline, 0));
  EXPECT_OK(zx_object_wait_one(timer.get(), ZX_TIMER_SIGNALED, ZX_TIME_INFINITE, nullptr));
  EXPECT_GE(zx_clock_get_monotonic(), deadline);
  EXPECT_EQ(signals_of(timer), ZX_TIMER_SIGNALED);
}

TEST(timers, fire_at_once_when_the_deadline_has_passed) {
  const Handle timer = make_timer();
  for (const zx_time_t past :
       {ZX_TIME_INFINITE_PAST, zx_time_t{-1}, zx_time_t{0}, zx_clock_get_monotonic()}) {
    EXPECT_OK(zx_timer_set(timer.get(), past, 0));
    EXPECT_EQ(signals_of(timer), ZX_TIMER_SIGNALED);
  }
}

TEST(timers, tell_their_deadline_and_slack) {
  Handle timer;
  EXPECT_OK(zx_timer_create(ZX_TIMER_SLACK_LATE, ZX_CLOCK_MONOTONIC, timer.out()));
  const zx_time_t deadline = far_deadline();
  EXPECT_OK(zx_timer_set(timer.get(), deadline, ZX_USEC(5)));
  const auto set = info<zx_info_timer_t>(timer.get(), ZX_INFO_TIMER);
  EXPECT_EQ(set.options, ZX_TIMER_SLACK_LATE);
  EXPECT_EQ(set.deadline, deadline);
  EXPECT_EQ(set.slack, ZX_USEC(5));
}

TEST(timers, setting_again_clears_the_signal) {
  const Handle timer = make_timer();
  EXPECT_OK(zx_timer_set(timer.get(), 0, 0));
  EXPECT_OK(zx_timer_set(timer.get(), far_deadline(), 0));
  EXPECT_EQ(signals_of(timer), ZX_SIGNAL_NONE);
}

TEST(timers, cancelling) {
  const Handle timer = make_timer();
  EXPECT_OK(zx_timer_set(timer.get(), 0, 0));
  EXPECT_OK(zx_timer_cancel(timer.get()));
  EXPECT_EQ(signals_of(timer), ZX_SIGNAL_NONE);
  const zx_time_t deadline = zx_deadline_after(ZX_MSEC(1));
  EXPECT_OK(zx_timer_set(timer.get(), deadline, 0));
  EXPECT_OK(zx_timer_cancel(timer.get()));
  EXPECT_STATUS(zx_object_wait_one(timer.get(), ZX_TIMER_SIGNALED, deadline + ZX_MSEC(1), nullptr),
                ZX_ERR_TIMED_OUT);
  EXPECT_OK(zx_timer_cancel(timer.get()));
}

TEST(timers, refuse_bad_arguments) {
  const Handle timer = make_timer();
  EXPECT_STATUS(zx_timer_set(timer.get(), 0, -1), ZX_ERR_OUT_OF_RANGE);
  EXPECT_STATUS(zx_timer_set(kBadHandle, 0, 0), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_timer_cancel(kBadHandle), ZX_ERR_BAD_HANDLE);
  const Handle event = make_event();
  EXPECT_STATUS(zx_timer_set(event.get(), 0, 0), ZX_ERR_WRONG_TYPE);
  EXPECT_STATUS(zx_timer_cancel(event.get()), ZX_ERR_WRONG_TYPE);
  const Handle fixed = without(timer, ZX_RIGHT_WRITE);
  EXPECT_STATUS(zx_timer_set(fixed.get(), 0, 0), ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(zx_timer_cancel(fixed.get()), ZX_ERR_ACCESS_DENIED);
}

TEST(timers, fire_in_the_order_of_their_deadlines) {
  const Handle late = make_timer();
  const Handle early = make_timer();
  const zx_time_t now = zx_clock_get_monotonic();
  EXPECT_OK(zx_timer_set(late.get(), now + ZX_MSEC(4), 0));
  EXPECT_OK(zx_timer_set(early.get(), now + ZX_MSEC(2), 0));
  EXPECT_OK(zx_object_wait_one(late.get(), ZX_TIMER_SIGNALED, ZX_TIME_INFINITE, nullptr));
  EXPECT_EQ(signals_of(early), ZX_TIMER_SIGNALED);
}

// A timer with slack may fire with a neighbour.
TEST(timers, late_slack_waits_for_a_later_timer) {
  const Handle exact = make_timer();
  Handle slack;
  EXPECT_OK(zx_timer_create(ZX_TIMER_SLACK_LATE, ZX_CLOCK_MONOTONIC, slack.out()));
  const zx_time_t now = zx_clock_get_monotonic();
  EXPECT_OK(zx_timer_set(exact.get(), now + ZX_MSEC(6), 0));
  EXPECT_OK(zx_timer_set(slack.get(), now + ZX_MSEC(3), ZX_MSEC(6)));
  EXPECT_OK(zx_object_wait_one(slack.get(), ZX_TIMER_SIGNALED, ZX_TIME_INFINITE, nullptr));
  EXPECT_GE(zx_clock_get_monotonic(), now + ZX_MSEC(6));
}

TEST(sleep, until_the_deadline) {
  const zx_time_t deadline = zx_deadline_after(ZX_MSEC(1));
  EXPECT_OK(zx_nanosleep(deadline));
  EXPECT_GE(zx_clock_get_monotonic(), deadline);
}

TEST(sleep, of_the_past_returns) {
  EXPECT_OK(zx_nanosleep(0));
  EXPECT_OK(zx_nanosleep(-1));
  EXPECT_OK(zx_nanosleep(ZX_TIME_INFINITE_PAST));
  EXPECT_OK(zx_nanosleep(zx_clock_get_monotonic()));
}

TEST(sleep, shows_in_the_threads_state) {
  Thread sleeper([] { zx_nanosleep(ZX_TIME_INFINITE); });
  await_state(sleeper.handle(), ZX_THREAD_STATE_BLOCKED_SLEEPING);
  EXPECT_OK(zx_task_kill(sleeper.handle()));
}

TEST(deadlines, saturate) {
  EXPECT_EQ(zx_deadline_after(ZX_TIME_INFINITE), ZX_TIME_INFINITE);
  EXPECT_LT(zx_deadline_after(ZX_TIME_INFINITE_PAST), 0);
  const zx_time_t before = zx_clock_get_monotonic();
  const zx_time_t second = zx_deadline_after(ZX_SEC(1));
  EXPECT_GE(second, before + ZX_SEC(1));
  EXPECT_GE(zx_clock_get_monotonic() + ZX_SEC(1), second);
}

}  // namespace
}  // namespace core
