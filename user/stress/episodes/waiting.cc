// Ports, waits, timers, mutexes.
#include <zircon/syscalls.h>
#include <zircon/syscalls/port.h>

#include "check.h"
#include "episodes.h"
#include "helper.h"
#include "lib/handle.h"

namespace stress {
namespace {

constexpr size_t kMostEvents = 6;

struct Events {
  user::Handle handles[kMostEvents];
  size_t count;
  explicit Events(Random& random) : count(1 + random.below(kMostEvents)) {
    for (size_t i = 0; i < count; ++i) expect_ok(zx_event_create(0, handles[i].out()), "event");
  }
  void signal(size_t i) const {
    expect_ok(zx_object_signal(handles[i].get(), 0, ZX_EVENT_SIGNALED), "signal");
  }
};

}  // namespace

// Every event's packet must come exactly once, whenever it was signalled, and every packet queued.
void collect_packets(Worker&, Random& random) {
  const Events events(random);
  user::Handle port;
  expect_ok(zx_port_create(0, port.out()), "port");
  const uint64_t queued = random.below(8);
  Random theirs(random.next());
  const Helper signaller([&] {
    for (uint64_t i = 0; i < queued; ++i) {
      const zx_port_packet_t packet{
          .key = kMostEvents + i, .type = ZX_PKT_TYPE_USER, .status = ZX_OK, .user = {}};
      expect_ok(zx_port_queue(port.get(), &packet), "port_queue");
    }
    for (size_t i = 0; i < events.count; ++i) {
      if (theirs.chance(30)) zx_nanosleep(0);
      events.signal(i);
    }
  });
  for (size_t i = 0; i < events.count; ++i)
    expect_ok(zx_object_wait_async(events.handles[i].get(), port.get(), i, ZX_EVENT_SIGNALED, 0),
              "wait_async");
  uint64_t seen = 0;
  for (uint64_t i = 0; i < events.count + queued; ++i) {
    zx_port_packet_t packet;
    expect_ok(zx_port_wait(port.get(), ZX_TIME_INFINITE, &packet), "port_wait");
    check(packet.key < kMostEvents + queued && (seen >> packet.key & 1) == 0,
          "a packet came twice");
    seen |= uint64_t{1} << packet.key;
  }
  zx_port_packet_t packet;
  check(zx_port_wait(port.get(), 0, &packet) == ZX_ERR_TIMED_OUT, "a packet too many");
}

void wait_for_many(Worker&, Random& random) {
  const Events events(random);
  zx_wait_item_t items[kMostEvents];
  for (size_t i = 0; i < events.count; ++i)
    items[i] = {events.handles[i].get(), ZX_EVENT_SIGNALED, 0};
  const size_t chosen = random.below(events.count);
  const bool pause = random.chance(50);
  const Helper signaller([&] {
    if (pause) zx_nanosleep(zx_deadline_after(ZX_USEC(20)));
    events.signal(chosen);
  });
  expect_ok(zx_object_wait_many(items, events.count, ZX_TIME_INFINITE), "wait_many");
  for (size_t i = 0; i < events.count; ++i)
    check(((items[i].pending & ZX_EVENT_SIGNALED) != 0) == (i == chosen), "what wait_many saw");
}

void wait_for_timer(Worker&, Random& random) {
  user::Handle timer;
  expect_ok(zx_timer_create(ZX_TIMER_SLACK_LATE, ZX_CLOCK_MONOTONIC, timer.out()), "timer");
  const zx_time_t deadline =
      zx_deadline_after(static_cast<zx_duration_t>(random.below(ZX_USEC(300))));
  expect_ok(zx_timer_set(timer.get(), deadline, 0), "timer_set");
  if (random.chance(30)) {
    expect_ok(zx_timer_cancel(timer.get()), "timer_cancel");
    zx_nanosleep(deadline);
    const zx_status_t status = zx_object_wait_one(timer.get(), ZX_TIMER_SIGNALED, 0, nullptr);
    check(status == ZX_ERR_TIMED_OUT, "a cancelled timer fired");
    return;
  }
  expect_ok(zx_object_wait_one(timer.get(), ZX_TIMER_SIGNALED, ZX_TIME_INFINITE, nullptr),
            "waiting for a timer");
  check(zx_clock_get_monotonic() >= deadline, "a timer fired too early");
}

void count_under_mutex(Worker& worker, Random& random) {
  for (uint64_t left = random.below(300); left != 0; --left) {
    const user::MutexGuard guard(worker.counter_lock);
    const uint64_t before = worker.counter;
    if (random.chance(2)) zx_nanosleep(0);
    worker.counter = before + 1;
    worker.counted.fetch_add(1, std::memory_order_relaxed);
  }
}

}  // namespace stress
