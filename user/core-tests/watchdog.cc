#include "watchdog.h"

#include <zircon/syscalls/object.h>

#include "lib/startup.h"

namespace core {
namespace {

// Generous: an emulated machine that shares its CPUs runs slowly.
constexpr zx_duration_t kLimit = ZX_SEC(60);

}  // namespace

Watchdog::Watchdog() : main_thread_(user::self_thread()), thread_([this] { watch(); }) {}

Watchdog::~Watchdog() {
  over_.store(true);
  announce(nullptr, ticket_.load() + 1);
  thread_.join();
}

void Watchdog::announce(const Case* test, zx_futex_t ticket) {
  running_.store(test);
  ticket_.store(ticket);
  zx_futex_wake(reinterpret_cast<const zx_futex_t*>(&ticket_), 1);
}

void Watchdog::start(const Case& test) { announce(&test, ticket_.load() + 1); }
void Watchdog::stop() { announce(nullptr, ticket_.load() + 1); }

void Watchdog::watch() {
  while (!over_.load()) {
    const zx_futex_t ticket = ticket_.load();
    const zx_time_t deadline = ticket % 2 != 0 ? zx_deadline_after(kLimit) : ZX_TIME_INFINITE;
    const zx_status_t status = zx_futex_wait(reinterpret_cast<const zx_futex_t*>(&ticket_), ticket,
                                             ZX_HANDLE_INVALID, deadline);
    const Case* test = running_.load();
    if (status == ZX_ERR_TIMED_OUT && ticket_.load() == ticket && test != nullptr) give_up(*test);
  }
}

void Watchdog::give_up(const Case& test) {
  zx_info_thread_t info{};
  zx_object_get_info(main_thread_, ZX_INFO_THREAD, &info, sizeof(info), nullptr, nullptr);
  say("  still running after {} s; its thread is in state 0x{:x}", kLimit / ZX_SEC(1), info.state);
  say("FAILED {}.{}", test.group, test.name);
  zx_process_exit(1);
  __builtin_trap();
}

}  // namespace core
