// Calls that find what they need and return at once.
#include "lib/handle.h"
#include "measure.h"

namespace bench {
namespace {

void measure_event() {
  user::Handle event;
  require(zx_event_create(0, event.out()), "event");
  measure("handle_dup_close", 100'000, [&] {
    zx_handle_t copy = ZX_HANDLE_INVALID;
    zx_handle_duplicate(event.get(), ZX_RIGHT_SAME_RIGHTS, &copy);
    zx_handle_close(copy);
  });
  measure("event_signal_wait", 100'000, [&] {
    zx_object_signal(event.get(), 0, ZX_EVENT_SIGNALED);
    zx_object_wait_one(event.get(), ZX_EVENT_SIGNALED, ZX_TIME_INFINITE, nullptr);
  });
  measure("event_create_close", 100'000, [] {
    zx_handle_t created = ZX_HANDLE_INVALID;
    zx_event_create(0, &created);
    zx_handle_close(created);
  });
}

void measure_port() {
  user::Handle port;
  require(zx_port_create(0, port.out()), "port");
  const zx_port_packet_t packet{.key = 1, .type = ZX_PKT_TYPE_USER, .status = ZX_OK, .user = {}};
  measure("port_queue_wait", 100'000, [&] {
    zx_port_packet_t received;
    zx_port_queue(port.get(), &packet);
    zx_port_wait(port.get(), ZX_TIME_INFINITE, &received);
  });
}

}  // namespace

void measure_calls() {
  measure("null_call", 1'000'000, [] { zx_handle_close(ZX_HANDLE_INVALID); });
  measure("clock_get", 1'000'000, [] {
    zx_time_t now = 0;
    zx_clock_get(ZX_CLOCK_MONOTONIC, &now);
  });
  measure_event();
  measure_port();
}

}  // namespace bench
