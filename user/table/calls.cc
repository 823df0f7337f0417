// Calls that find what they need and return at once.
#include <zircon/syscalls/object.h>
#include <zircon/syscalls/port.h>

#include "lib/handle.h"
#include "lib/startup.h"
#include "measure.h"

namespace table {
namespace {

void measure_nothing() {
  measure("null_call", 10'000, [] { return zx_handle_close(ZX_HANDLE_INVALID); });
  measure("clock_get", 10'000, [] {
    zx_time_t now = 0;
    return zx_clock_get(ZX_CLOCK_MONOTONIC, &now);
  });
  measure("nanosleep_0", 5'000, [] { return zx_nanosleep(0); });
  zx_futex_t word = 0;
  measure("futex_wake_nobody", 10'000, [&] { return zx_futex_wake(&word, 1); });
  measure("futex_wait_mismatch", 10'000, [&] {
    return zx_futex_wait(&word, 1, ZX_HANDLE_INVALID, ZX_TIME_INFINITE) ^ ZX_ERR_BAD_STATE;
  });
}

void measure_event() {
  user::Handle event;
  require(zx_event_create(0, event.out()), "event");
  measure("object_signal", 5'000,
          [&] { return zx_object_signal(event.get(), ZX_USER_SIGNAL_0, ZX_USER_SIGNAL_1); });
  measure("get_info_basic", 5'000, [&] {
    zx_info_handle_basic_t info;
    return zx_object_get_info(event.get(), ZX_INFO_HANDLE_BASIC, &info, sizeof(info), nullptr,
                              nullptr);
  });
  measure("get_property_name", 5'000, [] {
    char name[ZX_MAX_NAME_LEN];
    return zx_object_get_property(user::self_process(), ZX_PROP_NAME, name, sizeof(name));
  });
  measure("handle_dup_close", 5'000, [&] {
    zx_handle_t copy = ZX_HANDLE_INVALID;
    const zx_status_t status = zx_handle_duplicate(event.get(), ZX_RIGHT_SAME_RIGHTS, &copy);
    return status | zx_handle_close(copy);
  });
}

void measure_ready() {
  constexpr size_t kItems = 8;
  user::Handle events[kItems];
  zx_wait_item_t items[kItems];
  for (size_t i = 0; i < kItems; ++i) {
    require(zx_event_create(0, events[i].out()), "event");
    require(zx_object_signal(events[i].get(), 0, ZX_EVENT_SIGNALED), "signal");
    items[i] = {events[i].get(), ZX_EVENT_SIGNALED, 0};
  }
  measure("wait_one_ready", 5'000, [&] {
    zx_signals_t seen = 0;
    return zx_object_wait_one(events[0].get(), ZX_EVENT_SIGNALED, ZX_TIME_INFINITE, &seen);
  });
  measure("wait_many_8_ready", 2'000,
          [&] { return zx_object_wait_many(items, kItems, ZX_TIME_INFINITE); });
}

void measure_port() {
  user::Handle port, event;
  require(zx_port_create(0, port.out()), "port");
  const zx_port_packet_t packet{.key = 1, .type = ZX_PKT_TYPE_USER, .status = ZX_OK, .user = {}};
  measure("port_queue_wait", 5'000, [&] {
    zx_port_packet_t received;
    const zx_status_t status = zx_port_queue(port.get(), &packet);
    return status | zx_port_wait(port.get(), ZX_TIME_INFINITE, &received);
  });
  require(zx_event_create(0, event.out()), "event");
  measure("wait_async_cycle", 2'000, [&] {
    zx_port_packet_t received;
    zx_status_t status = zx_object_wait_async(event.get(), port.get(), 1, ZX_EVENT_SIGNALED, 0);
    status |= zx_object_signal(event.get(), 0, ZX_EVENT_SIGNALED);
    status |= zx_port_wait(port.get(), ZX_TIME_INFINITE, &received);
    return status | zx_object_signal(event.get(), ZX_EVENT_SIGNALED, 0);
  });
}

void measure_timer() {
  user::Handle timer;
  require(zx_timer_create(ZX_TIMER_SLACK_LATE, ZX_CLOCK_MONOTONIC, timer.out()), "timer");
  const zx_time_t far = zx_deadline_after(ZX_SEC(1000));
  measure("timer_set_cancel", 5'000, [&] {
    const zx_status_t status = zx_timer_set(timer.get(), far, 0);
    return status | zx_timer_cancel(timer.get());
  });
}

}  // namespace

void measure_calls() {
  measure_nothing();
  measure_event();
  measure_ready();
  measure_port();
  measure_timer();
}

}  // namespace table
