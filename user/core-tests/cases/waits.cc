// Waiting for signals: object_wait_one and object_wait_many.
#include <zircon/syscalls/port.h>

#include <atomic>

#include "child.h"
#include "support.h"

namespace core {
namespace {

TEST(wait_one, finds_a_signal_that_is_set) {
  const Handle event = make_event();
  EXPECT_OK(zx_object_signal(event.get(), 0, ZX_EVENT_SIGNALED | ZX_USER_SIGNAL_0));
  zx_signals_t observed = 0;
  EXPECT_OK(zx_object_wait_one(event.get(), ZX_EVENT_SIGNALED, ZX_TIME_INFINITE, &observed));
  EXPECT_EQ(observed, ZX_EVENT_SIGNALED | ZX_USER_SIGNAL_0);
}

TEST(wait_one, a_set_signal_wins_over_a_past_deadline) {
  const Handle event = make_event();
  EXPECT_OK(zx_object_signal(event.get(), 0, ZX_EVENT_SIGNALED));
  EXPECT_OK(zx_object_wait_one(event.get(), ZX_EVENT_SIGNALED, ZX_TIME_INFINITE_PAST, nullptr));
  EXPECT_OK(zx_object_wait_one(event.get(), 0xffffffff, 0, nullptr));
}

TEST(wait_one, tells_the_state_when_time_is_up) {
  const Handle event = make_event();
  EXPECT_OK(zx_object_signal(event.get(), 0, ZX_USER_SIGNAL_2));
  zx_signals_t observed = 0;
  EXPECT_STATUS(zx_object_wait_one(event.get(), ZX_EVENT_SIGNALED, 0, &observed), ZX_ERR_TIMED_OUT);
  EXPECT_EQ(observed, ZX_USER_SIGNAL_2);
}

TEST(wait_one, waits_until_the_deadline) {
  const Handle event = make_event();
  const zx_time_t deadline = zx_deadline_after(ZX_MSEC(2));
  EXPECT_STATUS(zx_object_wait_one(event.get(), ZX_EVENT_SIGNALED, deadline, nullptr),
                ZX_ERR_TIMED_OUT);
  EXPECT_GE(zx_clock_get_monotonic(), deadline);
}

TEST(wait_one, is_woken_by_a_signal) {
  const Handle event = make_event();
  zx_signals_t observed = 0;
  Thread waiter([&] {
    EXPECT_OK(zx_object_wait_one(event.get(), ZX_USER_SIGNAL_1, ZX_TIME_INFINITE, &observed));
  });
  await_state(waiter.handle(), ZX_THREAD_STATE_BLOCKED_WAIT_ONE);
  EXPECT_OK(zx_object_signal(event.get(), 0, ZX_USER_SIGNAL_0));
  EXPECT_EQ(state_of(waiter.handle()), ZX_THREAD_STATE_BLOCKED_WAIT_ONE);
  EXPECT_OK(zx_object_signal(event.get(), 0, ZX_USER_SIGNAL_1));
  waiter.join();
  EXPECT_EQ(observed & ZX_USER_SIGNAL_1, ZX_USER_SIGNAL_1);
}

TEST(wait_one, wakes_all_who_wait) {
  const Handle event = make_event();
  const auto wait = [&] {
    EXPECT_OK(zx_object_wait_one(event.get(), ZX_EVENT_SIGNALED, ZX_TIME_INFINITE, nullptr));
  };
  Thread first(wait);
  Thread second(wait);
  await_state(first.handle(), ZX_THREAD_STATE_BLOCKED_WAIT_ONE);
  await_state(second.handle(), ZX_THREAD_STATE_BLOCKED_WAIT_ONE);
  EXPECT_OK(zx_object_signal(event.get(), 0, ZX_EVENT_SIGNALED));
}

TEST(wait_one, refuses_bad_handles_and_missing_rights) {
  EXPECT_STATUS(zx_object_wait_one(kBadHandle, 1, 0, nullptr), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_object_wait_one(ZX_HANDLE_INVALID, 1, 0, nullptr), ZX_ERR_BAD_HANDLE);
  const Handle event = make_event();
  const Handle blind = without(event, ZX_RIGHT_WAIT);
  EXPECT_STATUS(zx_object_wait_one(blind.get(), 1, 0, nullptr), ZX_ERR_ACCESS_DENIED);
}

TEST(wait_one, of_something_that_has_no_signals) {
  const Handle port = make_port();
  EXPECT_STATUS(zx_object_wait_one(port.get(), 1, 0, nullptr), ZX_ERR_ACCESS_DENIED);
}

TEST(wait_one, to_a_bad_place) {
  const Handle event = make_event();
  EXPECT_STATUS(zx_object_wait_one(event.get(), 1, 0, bad_pointer<zx_signals_t>()),
                ZX_ERR_INVALID_ARGS);
}

TEST(wait_one, ends_when_its_handle_is_closed) {
  const Handle event = make_event();
  Handle waited = event.duplicate();
  zx_signals_t observed = 0;
  Thread waiter([&, value = waited.get()] {
    EXPECT_STATUS(zx_object_wait_one(value, ZX_EVENT_SIGNALED, ZX_TIME_INFINITE, &observed),
                  ZX_ERR_CANCELED);
  });
  await_state(waiter.handle(), ZX_THREAD_STATE_BLOCKED_WAIT_ONE);
  waited.reset();
  waiter.join();
  EXPECT_EQ(observed, ZX_SIGNAL_HANDLE_CLOSED);
}

TEST(wait_one, goes_on_when_another_handle_is_closed) {
  const Handle event = make_event();
  Handle other = event.duplicate();
  Thread waiter([&] {
    EXPECT_OK(zx_object_wait_one(event.get(), ZX_EVENT_SIGNALED, ZX_TIME_INFINITE, nullptr));
  });
  await_state(waiter.handle(), ZX_THREAD_STATE_BLOCKED_WAIT_ONE);
  other.reset();
  EXPECT_EQ(state_of(waiter.handle()), ZX_THREAD_STATE_BLOCKED_WAIT_ONE);
  EXPECT_OK(zx_object_signal(event.get(), 0, ZX_EVENT_SIGNALED));
}

TEST(wait_one, ends_when_its_handle_is_replaced) {
  Handle event = make_event();
  Thread waiter([value = event.get()] {
    EXPECT_STATUS(zx_object_wait_one(value, ZX_EVENT_SIGNALED, ZX_TIME_INFINITE, nullptr),
                  ZX_ERR_CANCELED);
  });
  await_state(waiter.handle(), ZX_THREAD_STATE_BLOCKED_WAIT_ONE);
  Handle fresh;
  EXPECT_OK(zx_handle_replace(event.release(), ZX_RIGHT_SAME_RIGHTS, fresh.out()));
}

// A handle in a message still waits; who reads the message takes the handle away from the waiter.
TEST(wait_one, ends_when_its_handle_is_received_by_someone) {
  Handle event = make_event();
  const Pair channel = make_channel();
  Thread waiter([value = event.get()] {
    EXPECT_STATUS(zx_object_wait_one(value, ZX_EVENT_SIGNALED, ZX_TIME_INFINITE, nullptr),
                  ZX_ERR_CANCELED);
  });
  await_state(waiter.handle(), ZX_THREAD_STATE_BLOCKED_WAIT_ONE);
  const zx_handle_t sent = event.release();
  EXPECT_OK(zx_channel_write(channel.a.get(), 0, nullptr, 0, &sent, 1));
  EXPECT_EQ(state_of(waiter.handle()), ZX_THREAD_STATE_BLOCKED_WAIT_ONE);
  Handle received;
  EXPECT_OK(zx_channel_read(channel.b.get(), 0, nullptr, received.out(), 0, 1, nullptr, nullptr));
  waiter.join();
}

TEST(wait_many, of_nothing_sleeps) {
  EXPECT_STATUS(zx_object_wait_many(nullptr, 0, 0), ZX_ERR_TIMED_OUT);
  const zx_time_t deadline = zx_deadline_after(ZX_MSEC(2));
  EXPECT_STATUS(zx_object_wait_many(nullptr, 0, deadline), ZX_ERR_TIMED_OUT);
  EXPECT_GE(zx_clock_get_monotonic(), deadline);
}

TEST(wait_many, finds_a_signal_that_is_set) {
  const Handle a = make_event();
  const Handle b = make_event();
  EXPECT_OK(zx_object_signal(b.get(), 0, ZX_EVENT_SIGNALED));
  zx_wait_item_t items[] = {{a.get(), ZX_EVENT_SIGNALED, 0}, {b.get(), ZX_EVENT_SIGNALED, 0}};
  EXPECT_OK(zx_object_wait_many(items, 2, ZX_TIME_INFINITE));
  EXPECT_EQ(items[0].pending, ZX_SIGNAL_NONE);
  EXPECT_EQ(items[1].pending, ZX_EVENT_SIGNALED);
}

TEST(wait_many, tells_the_states_when_time_is_up) {
  const Handle a = make_event();
  const Pair channel = make_channel();
  zx_wait_item_t items[] = {{a.get(), ZX_EVENT_SIGNALED, 7},
                            {channel.a.get(), ZX_CHANNEL_READABLE, 7}};
  EXPECT_STATUS(zx_object_wait_many(items, 2, 0), ZX_ERR_TIMED_OUT);
  EXPECT_EQ(items[0].pending, ZX_SIGNAL_NONE);
  EXPECT_EQ(items[1].pending, ZX_CHANNEL_WRITABLE);
}

TEST(wait_many, is_woken_by_any_of_them) {
  const Handle a = make_event();
  const Handle b = make_event();
  zx_wait_item_t items[] = {{a.get(), ZX_EVENT_SIGNALED, 0}, {b.get(), ZX_USER_SIGNAL_3, 0}};
  Thread waiter([&] { EXPECT_OK(zx_object_wait_many(items, 2, ZX_TIME_INFINITE)); });
  await_state(waiter.handle(), ZX_THREAD_STATE_BLOCKED_WAIT_MANY);
  EXPECT_OK(zx_object_signal(b.get(), 0, ZX_USER_SIGNAL_3));
  waiter.join();
  EXPECT_EQ(items[0].pending, ZX_SIGNAL_NONE);
  EXPECT_EQ(items[1].pending, ZX_USER_SIGNAL_3);
}

TEST(wait_many, of_one_object_several_times) {
  const Handle event = make_event();
  zx_wait_item_t items[] = {{event.get(), ZX_USER_SIGNAL_0, 0}, {event.get(), ZX_USER_SIGNAL_1, 0}};
  EXPECT_OK(zx_object_signal(event.get(), 0, ZX_USER_SIGNAL_1));
  EXPECT_OK(zx_object_wait_many(items, 2, 0));
  EXPECT_EQ(items[0].pending, ZX_USER_SIGNAL_1);
  EXPECT_EQ(items[1].pending, ZX_USER_SIGNAL_1);
}

TEST(wait_many, ends_when_a_handle_is_closed) {
  const Handle a = make_event();
  Handle b = make_event();
  zx_wait_item_t items[] = {{a.get(), ZX_EVENT_SIGNALED, 0}, {b.get(), ZX_EVENT_SIGNALED, 0}};
  Thread waiter(
      [&] { EXPECT_STATUS(zx_object_wait_many(items, 2, ZX_TIME_INFINITE), ZX_ERR_CANCELED); });
  await_state(waiter.handle(), ZX_THREAD_STATE_BLOCKED_WAIT_MANY);
  b.reset();
  waiter.join();
  EXPECT_EQ(items[0].pending, ZX_SIGNAL_NONE);
  EXPECT_EQ(items[1].pending, ZX_SIGNAL_HANDLE_CLOSED);
}

TEST(wait_many, of_as_many_as_allowed_and_one_more) {
  const Handle event = make_event();
  zx_wait_item_t items[ZX_WAIT_MANY_MAX_ITEMS + 1];
  for (zx_wait_item_t& item : items) item = {event.get(), ZX_EVENT_SIGNALED, 0};
  EXPECT_STATUS(zx_object_wait_many(items, ZX_WAIT_MANY_MAX_ITEMS, 0), ZX_ERR_TIMED_OUT);
  EXPECT_STATUS(zx_object_wait_many(items, ZX_WAIT_MANY_MAX_ITEMS + 1, 0), ZX_ERR_OUT_OF_RANGE);
}

TEST(wait_many, refuses_bad_items) {
  const Handle event = make_event();
  const Handle blind = without(event, ZX_RIGHT_WAIT);
  zx_wait_item_t bad[] = {{event.get(), 1, 0}, {kBadHandle, 1, 0}};
  EXPECT_STATUS(zx_object_wait_many(bad, 2, 0), ZX_ERR_BAD_HANDLE);
  zx_wait_item_t denied[] = {{event.get(), 1, 0}, {blind.get(), 1, 0}};
  EXPECT_STATUS(zx_object_wait_many(denied, 2, 0), ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(zx_object_wait_many(bad_pointer<zx_wait_item_t>(), 1, 0), ZX_ERR_INVALID_ARGS);
}

TEST(waits, see_a_process_end) {
  Child child("returns_at_once");
  EXPECT_OK(zx_object_wait_one(child.process(), ZX_PROCESS_TERMINATED, ZX_TIME_INFINITE, nullptr));
  child.expect_success();
}

CHILD(returns_at_once) {}

}  // namespace
}  // namespace core
