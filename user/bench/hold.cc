// How much can exist at once: events, and threads that wait for one of them.
#include <zircon/syscalls/object.h>

#include <vector>

#include "lib/handle.h"
#include "lib/info.h"
#include "lib/io.h"
#include "lib/startup.h"
#include "measure.h"

namespace bench {
namespace {

// Enough for a thread that makes two calls.
constexpr size_t kStack = 1024;

void wait_and_exit(zx_handle_t event) {
  zx_object_wait_one(event, ZX_EVENT_SIGNALED, ZX_TIME_INFINITE, nullptr);
  zx_thread_exit();
}

zx_vaddr_t map_stacks(uint64_t threads) {
  user::Handle vmo;
  zx_vaddr_t base = 0;
  const uint64_t bytes = (threads * kStack + 4095) & ~uint64_t{4095};
  require(zx_vmo_create(bytes, 0, vmo.out()), "stacks");
  require(zx_vmar_map(user::root_vmar(), ZX_VM_PERM_READ | ZX_VM_PERM_WRITE, 0, vmo.get(), 0, bytes,
                      &base),
          "map stacks");
  return base;
}

void await_blocked(zx_handle_t thread) {
  while (user::get_info<zx_info_thread_t>(thread, ZX_INFO_THREAD).state !=
         ZX_THREAD_STATE_BLOCKED_WAIT_ONE)
    zx_nanosleep(0);
}

}  // namespace

int hold(uint64_t events, uint64_t threads) {
  user::Handle gate;
  require(zx_event_create(0, gate.out()), "gate");
  const zx_vaddr_t stacks = threads == 0 ? 0 : map_stacks(threads);
  user::Handle last;
  for (uint64_t i = 0; i < threads; ++i) {
    require(zx_thread_create(user::self_process(), "t", 1, 0, last.out()), "thread");
    // Where the stack pointer is after a call instruction on x86-64; RISC-V needs no less.
    const zx_vaddr_t stack = stacks + (i + 1) * kStack - 8;
    require(zx_thread_start(last.get(), reinterpret_cast<zx_vaddr_t>(&wait_and_exit), stack,
                            gate.get(), 0),
            "start");
    // From here on the thread exists by being blocked: no handle keeps it.
    await_blocked(last.get());
  }
  std::vector<user::Handle> held(events);
  for (user::Handle& event : held) require(zx_event_create(0, event.out()), "event");
  user::print("holding {} events, {} threads\n", events, threads);

  char key;
  user::read_input({&key, 1});
  require(zx_object_signal(gate.get(), 0, ZX_EVENT_SIGNALED), "signal");
  if (last) zx_object_wait_one(last.get(), ZX_THREAD_TERMINATED, ZX_TIME_INFINITE, nullptr);
  return 0;
}

}  // namespace bench
