// waiters: threads that are blocked for good, each in another way. Something to look at with `ps`
// and a debugger; ended by killing it.
#include <zircon/syscalls.h>
#include <zircon/syscalls/object.h>

#include "lib/handle.h"
#include "lib/info.h"
#include "lib/io.h"
#include "lib/thread.h"

namespace {

// What they wait for; the other ends are kept open and silent.
struct Silence {
  user::Handle channel, channel_end;
  user::Handle called, called_end;
  user::Handle event;
  user::Handle port;
  zx_futex_t futex = 0;

  zx_status_t make() {
    zx_status_t status = zx_channel_create(0, channel.out(), channel_end.out());
    if (status == ZX_OK) status = zx_channel_create(0, called.out(), called_end.out());
    if (status == ZX_OK) status = zx_event_create(0, event.out());
    if (status == ZX_OK) status = zx_port_create(0, port.out());
    return status;
  }
};

const Silence& of(void* argument) { return *static_cast<const Silence*>(argument); }

void wait_for_channel(void* silence) {
  zx_object_wait_one(of(silence).channel.get(), ZX_CHANNEL_READABLE, ZX_TIME_INFINITE, nullptr);
}

void wait_for_two(void* silence) {
  zx_wait_item_t items[] = {{of(silence).event.get(), ZX_EVENT_SIGNALED, 0},
                            {of(silence).channel.get(), ZX_CHANNEL_READABLE, 0}};
  zx_object_wait_many(items, 2, ZX_TIME_INFINITE);
}

void wait_for_reply(void* silence) {
  uint32_t request = 0, reply = 0, bytes = 0, handles = 0;
  const zx_channel_call_args_t call{.wr_bytes = &request,
                                    .wr_handles = nullptr,
                                    .rd_bytes = &reply,
                                    .rd_handles = nullptr,
                                    .wr_num_bytes = sizeof(request),
                                    .wr_num_handles = 0,
                                    .rd_num_bytes = sizeof(reply),
                                    .rd_num_handles = 0};
  zx_channel_call(of(silence).called.get(), 0, ZX_TIME_INFINITE, &call, &bytes, &handles);
}

void wait_for_packet(void* silence) {
  zx_port_packet_t packet;
  zx_port_wait(of(silence).port.get(), ZX_TIME_INFINITE, &packet);
}

void wait_for_wake(void* silence) {
  zx_futex_wait(&of(silence).futex, 0, ZX_HANDLE_INVALID, ZX_TIME_INFINITE);
}

void wait_for_morning(void*) { zx_nanosleep(zx_deadline_after(ZX_SEC(24 * 3600))); }

void await_blocked(zx_handle_t thread) {
  while (ZX_THREAD_STATE_BASIC(user::get_info<zx_info_thread_t>(thread, ZX_INFO_THREAD).state) !=
         ZX_THREAD_STATE_BLOCKED)
    zx_nanosleep(0);
}

}  // namespace

int main() {
  static Silence silence;
  if (const zx_status_t status = silence.make(); status != ZX_OK) {
    user::print_error("waiters: {}\n", zx_status_get_string(status));
    return 1;
  }
  constexpr struct {
    std::string_view name;
    user::Thread::Entry entry;
  } kWaiters[] = {{"on-channel", wait_for_channel}, {"on-two", wait_for_two},
                  {"on-reply", wait_for_reply},     {"on-port", wait_for_packet},
                  {"on-futex", wait_for_wake},      {"on-clock", wait_for_morning}};
  user::Thread last;
  for (const auto& waiter : kWaiters) {
    const zx_status_t status =
        user::Thread::start(waiter.name, waiter.entry, &silence, &last, 16 * 1024);
    if (status != ZX_OK) {
      user::print_error("waiters: {}: {}\n", waiter.name, zx_status_get_string(status));
      return 1;
    }
    await_blocked(last.handle());
  }
  user::print("{} threads wait\n", std::size(kWaiters));
  last.join();
  return 0;
}
