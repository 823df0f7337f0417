// Ports: packets that programs queue, and packets about signals.
#include <zircon/syscalls/port.h>

#include "support.h"

namespace core {
namespace {

zx_status_t queue(const Handle& port, uint64_t key, uint64_t payload = 0) {
  zx_port_packet_t packet{};
  packet.key = key;
  packet.type = 77;
  packet.status = -7;
  packet.user.u64[0] = payload;
  return zx_port_queue(port.get(), &packet);
}

zx_status_t poll(const Handle& port, zx_port_packet_t* packet) {
  return zx_port_wait(port.get(), 0, packet);
}

zx_port_packet_t take(const Handle& port) {
  zx_port_packet_t packet{};
  EXPECT_OK(poll(port, &packet));
  return packet;
}

void expect_empty(const Handle& port) {
  zx_port_packet_t packet{};
  EXPECT_STATUS(poll(port, &packet), ZX_ERR_TIMED_OUT);
}

zx_status_t wait_async(const Handle& object, const Handle& port, uint64_t key,
                       zx_signals_t signals = ZX_EVENT_SIGNALED, uint32_t options = 0) {
  return zx_object_wait_async(object.get(), port.get(), key, signals, options);
}

void signal(const Handle& event) { EXPECT_OK(zx_object_signal(event.get(), 0, ZX_EVENT_SIGNALED)); }
void unsignal(const Handle& event) {
  EXPECT_OK(zx_object_signal(event.get(), ZX_EVENT_SIGNALED, 0));
}

TEST(ports, create_refuses_options) {
  zx_handle_t port = ZX_HANDLE_INVALID;
  EXPECT_STATUS(zx_port_create(2, &port), ZX_ERR_INVALID_ARGS);
  Handle for_interrupts;
  EXPECT_OK(zx_port_create(ZX_PORT_BIND_TO_INTERRUPT, for_interrupts.out()));
}

TEST(ports, hand_out_user_packets_in_order) {
  const Handle port = make_port();
  EXPECT_OK(queue(port, 1, 11));
  EXPECT_OK(queue(port, 2, 22));
  const zx_port_packet_t first = take(port);
  EXPECT_EQ(first.key, 1);
  EXPECT_EQ(first.type, ZX_PKT_TYPE_USER);
  EXPECT_EQ(first.status, -7);
  EXPECT_EQ(first.user.u64[0], 11);
  EXPECT_EQ(take(port).key, 2);
  expect_empty(port);
}

TEST(ports, wait_until_the_deadline) {
  const Handle port = make_port();
  const zx_time_t deadline = zx_deadline_after(ZX_MSEC(2));
  EXPECT_STATUS(zx_port_wait(port.get(), deadline, nullptr), ZX_ERR_TIMED_OUT);
  EXPECT_GE(zx_clock_get_monotonic(), deadline);
}

TEST(ports, wake_who_waits) {
  const Handle port = make_port();
  zx_port_packet_t packet{};
  Thread waiter([&] { EXPECT_OK(zx_port_wait(port.get(), ZX_TIME_INFINITE, &packet)); });
  await_state(waiter.handle(), ZX_THREAD_STATE_BLOCKED_PORT);
  EXPECT_OK(queue(port, 5));
  waiter.join();
  EXPECT_EQ(packet.key, 5);
}

TEST(ports, give_each_waiter_one_packet) {
  const Handle port = make_port();
  uint64_t keys[2] = {};
  const auto wait = [&](uint64_t* key) {
    zx_port_packet_t packet{};
    EXPECT_OK(zx_port_wait(port.get(), ZX_TIME_INFINITE, &packet));
    *key = packet.key;
  };
  Thread first([&] { wait(&keys[0]); });
  Thread second([&] { wait(&keys[1]); });
  await_state(first.handle(), ZX_THREAD_STATE_BLOCKED_PORT);
  await_state(second.handle(), ZX_THREAD_STATE_BLOCKED_PORT);
  EXPECT_OK(queue(port, 1));
  EXPECT_OK(queue(port, 2));
  first.join();
  second.join();
  EXPECT_EQ(keys[0] + keys[1], 3);
}

TEST(ports, limit_user_packets) {
  const Handle port = make_port();
  for (int i = 0; i < 2049; ++i) ASSERT_OK(queue(port, static_cast<uint64_t>(i)));
  EXPECT_STATUS(queue(port, 0), ZX_ERR_SHOULD_WAIT);
  take(port);
  EXPECT_OK(queue(port, 0));
}

TEST(ports, need_rights_and_the_right_type) {
  const Handle port = make_port();
  zx_port_packet_t packet{};
  EXPECT_STATUS(queue(without(port, ZX_RIGHT_WRITE), 0), ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(poll(without(port, ZX_RIGHT_READ), &packet), ZX_ERR_ACCESS_DENIED);
  const Handle event = make_event();
  EXPECT_STATUS(queue(event, 0), ZX_ERR_WRONG_TYPE);
  EXPECT_STATUS(poll(event, &packet), ZX_ERR_WRONG_TYPE);
  EXPECT_STATUS(zx_port_wait(kBadHandle, 0, &packet), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_port_queue(port.get(), bad_pointer<zx_port_packet_t>()), ZX_ERR_INVALID_ARGS);
}

TEST(wait_async, tells_of_a_signal_once) {
  const Handle port = make_port();
  const Handle event = make_event();
  EXPECT_OK(wait_async(event, port, 9));
  expect_empty(port);
  signal(event);
  const zx_port_packet_t packet = take(port);
  EXPECT_EQ(packet.key, 9);
  EXPECT_EQ(packet.type, ZX_PKT_TYPE_SIGNAL_ONE);
  EXPECT_STATUS(packet.status, ZX_OK);
  EXPECT_EQ(packet.signal.trigger, ZX_EVENT_SIGNALED);
  EXPECT_EQ(packet.signal.observed, ZX_EVENT_SIGNALED);
  EXPECT_EQ(packet.signal.count, 1);
  EXPECT_EQ(packet.signal.timestamp, 0);
  unsignal(event);
  signal(event);
  expect_empty(port);
}

TEST(wait_async, tells_of_what_is_already_so) {
  const Handle port = make_port();
  const Handle event = make_event();
  signal(event);
  EXPECT_OK(wait_async(event, port, 1));
  EXPECT_EQ(take(port).signal.observed, ZX_EVENT_SIGNALED);
}

TEST(wait_async, can_be_asked_for_several_times) {
  const Handle port = make_port();
  const Handle event = make_event();
  for (int i = 0; i < 7; ++i) EXPECT_OK(wait_async(event, port, 1));
  signal(event);
  for (int i = 0; i < 7; ++i) EXPECT_EQ(take(port).key, 1);
  expect_empty(port);
}

TEST(wait_async, remembers_a_signal_that_was_cleared) {
  const Handle port = make_port();
  const Handle event = make_event();
  EXPECT_OK(wait_async(event, port, 1));
  signal(event);
  unsignal(event);
  EXPECT_EQ(take(port).signal.observed & ZX_EVENT_SIGNALED, ZX_EVENT_SIGNALED);
}

TEST(wait_async, counts_the_messages_of_a_channel) {
  const Handle port = make_port();
  const Pair channel = make_channel();
  for (int i = 0; i < 5; ++i)
    EXPECT_OK(zx_channel_write(channel.a.get(), 0, nullptr, 0, nullptr, 0));
  EXPECT_OK(wait_async(channel.b, port, 1, ZX_CHANNEL_READABLE));
  EXPECT_EQ(take(port).signal.count, 5);
}

TEST(wait_async, stamps_the_time_if_asked) {
  const Handle port = make_port();
  const Handle event = make_event();
  EXPECT_OK(wait_async(event, port, 1, ZX_EVENT_SIGNALED, ZX_WAIT_ASYNC_TIMESTAMP));
  const zx_time_t before = zx_clock_get_monotonic();
  signal(event);
  const zx_time_t after = zx_clock_get_monotonic();
  const zx_time_t stamp = take(port).signal.timestamp;
  EXPECT_GE(stamp, before);
  EXPECT_GE(after, stamp);
}

TEST(wait_async, ends_when_its_handle_is_closed) {
  const Handle port = make_port();
  const Handle event = make_event();
  Handle copy = event.duplicate();
  EXPECT_OK(wait_async(copy, port, 1));
  copy.reset();
  signal(event);
  expect_empty(port);
}

TEST(wait_async, its_packet_outlives_the_handle) {
  const Handle port = make_port();
  Handle event = make_event();
  EXPECT_OK(wait_async(event, port, 1));
  signal(event);
  event.reset();
  EXPECT_EQ(take(port).key, 1);
}

TEST(wait_async, of_very_many) {
  const Handle port = make_port();
  const Handle event = make_event();
  constexpr uint64_t kCount = 16385;
  for (uint64_t i = 0; i < kCount; ++i) ASSERT_OK(wait_async(event, port, i));
  signal(event);
  uint64_t sum = 0;
  for (uint64_t i = 0; i < kCount; ++i) sum += take(port).key;
  EXPECT_EQ(sum, kCount * (kCount - 1) / 2);
  expect_empty(port);
}

TEST(wait_async, refuses_bad_arguments) {
  const Handle port = make_port();
  const Handle event = make_event();
  EXPECT_STATUS(wait_async(event, port, 1, ZX_EVENT_SIGNALED, 3), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(wait_async(event, event, 1), ZX_ERR_WRONG_TYPE);
  EXPECT_STATUS(zx_object_wait_async(event.get(), kBadHandle, 1, 1, 0), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_object_wait_async(kBadHandle, port.get(), 1, 1, 0), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(wait_async(event, without(port, ZX_RIGHT_WRITE), 1), ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(wait_async(without(event, ZX_RIGHT_WAIT), port, 1), ZX_ERR_ACCESS_DENIED);
}

TEST(wait_async, survives_closing_in_any_order) {
  const auto check = [](int first, int second) {
    Pair pair = make_eventpair();
    Handle parts[] = {make_port(), std::move(pair.a), std::move(pair.b)};
    EXPECT_OK(wait_async(parts[1], parts[0], 1, ZX_EVENTPAIR_PEER_CLOSED));
    parts[first].reset();
    parts[second].reset();
  };
  for (int first = 0; first < 3; ++first) {
    for (int second = 0; second < 3; ++second) check(first, second);
  }
}

TEST(port_cancel, removes_registrations_and_packets) {
  const Handle port = make_port();
  const Handle event = make_event();
  EXPECT_OK(wait_async(event, port, 1));
  EXPECT_OK(wait_async(event, port, 1));
  EXPECT_OK(wait_async(event, port, 2));
  EXPECT_OK(zx_port_cancel(port.get(), event.get(), 1));
  signal(event);
  EXPECT_EQ(take(port).key, 2);
  expect_empty(port);
  EXPECT_OK(wait_async(event, port, 3));
  EXPECT_OK(zx_port_cancel(port.get(), event.get(), 3));
  expect_empty(port);
}

TEST(port_cancel, finds_nothing_after_the_packet_was_taken) {
  const Handle port = make_port();
  const Handle event = make_event();
  EXPECT_OK(wait_async(event, port, 1));
  signal(event);
  take(port);
  EXPECT_STATUS(zx_port_cancel(port.get(), event.get(), 1), ZX_ERR_NOT_FOUND);
}

TEST(port_cancel, is_for_one_handle_and_not_for_user_packets) {
  const Handle port = make_port();
  const Handle event = make_event();
  const Handle copy = event.duplicate();
  EXPECT_OK(wait_async(event, port, 1));
  EXPECT_OK(queue(port, 1));
  EXPECT_STATUS(zx_port_cancel(port.get(), copy.get(), 1), ZX_ERR_NOT_FOUND);
  EXPECT_OK(zx_port_cancel(port.get(), event.get(), 1));
  EXPECT_EQ(take(port).type, ZX_PKT_TYPE_USER);
}

TEST(port_cancel, refuses_bad_handles) {
  const Handle port = make_port();
  const Handle event = make_event();
  EXPECT_STATUS(zx_port_cancel(kBadHandle, event.get(), 1), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_port_cancel(port.get(), kBadHandle, 1), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_port_cancel(event.get(), event.get(), 1), ZX_ERR_WRONG_TYPE);
  EXPECT_STATUS(zx_port_cancel(without(port, ZX_RIGHT_WRITE).get(), event.get(), 1),
                ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(zx_port_cancel(port.get(), without(event, ZX_RIGHT_WAIT).get(), 1),
                ZX_ERR_ACCESS_DENIED);
}

}  // namespace
}  // namespace core
