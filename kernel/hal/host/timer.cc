#include "hal/host/timer.h"

#include <algorithm>

#include "hal/clock.h"
#include "hal/host/helpers.h"
#include "hal/host/sys.h"

namespace jacinth::host {
namespace {

// A futex, changed for each wake-up of the timer thread.
constinit std::atomic<uint32_t> wakeups{0};
// When the timer thread will look again by itself. Either it sees a timer that is published before
// it goes to sleep, or the publisher sees this.
constinit std::atomic<int64_t> sleeps_until_ns{kForever.ns};

// Interrupts the CPUs whose timers have expired; gives the next timer's time.
int64_t fire_expired() {
  const int64_t now = hal::now().ns;
  int64_t next = kForever.ns;
  for (hal::CpuId id = 0; id < hal::cpu_count(); ++id) {
    int64_t due = vcpus[id].published_timer_ns.load();
    if (due <= now) {
      // A CPU that published another meanwhile keeps that.
      if (vcpus[id].published_timer_ns.compare_exchange_strong(due, kForever.ns)) {
        hal::send_ipi(id);
        continue;
      }
    }
    next = std::min(next, due);
  }
  return next;
}

void timer_main(void* argument) {
  enter_host_thread(*static_cast<HostThread*>(argument));
  for (;;) {
    const uint32_t seen = wakeups.load();
    const int64_t first = fire_expired();
    sleeps_until_ns.store(first);
    // Never later than what publishers have been told, even if that timer has gone meanwhile.
    const int64_t next = std::min(first, fire_expired());
    if (next == kForever.ns) {
      sys::futex_wait(&wakeups, seen);
    } else if (const int64_t left = next - hal::now().ns; left > 0) {
      sys::futex_wait(&wakeups, seen, left);
    }
  }
}

}  // namespace

bool start_timer_thread() { return start_helper(kTimerHelper, timer_main); }

void publish_timer_slowly(Vcpu& cpu) {
  cpu.timer_published = true;
  if (cpu.timer <= hal::now()) {
    cpu.pending.store(1);
    return;
  }
  cpu.published_timer_ns.store(cpu.timer.ns);
  if (cpu.timer.ns >= sleeps_until_ns.load()) return;
  wakeups.fetch_add(1);
  sys::futex_wake(&wakeups, 1);
}

}  // namespace jacinth::host

namespace jacinth::hal {

void set_timer(Instant deadline) {
  host::Vcpu& cpu = *host::current_thread().vcpu;
  cpu.timer = deadline;
  cpu.timer_published = cpu.published_timer_ns.load(std::memory_order_relaxed) == deadline.ns;
}

}  // namespace jacinth::hal
