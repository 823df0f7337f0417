#include "linux/time/interval_timer.h"

#include <algorithm>

#include "hal/clock.h"
#include "linux/signals/send.h"

namespace jacinth::linux {

IntervalTimer::Setting IntervalTimer::get() const {
  const int64_t next = next_ns_.load(std::memory_order_relaxed);
  // One that is due has not gone off yet: a little is left.
  const int64_t left = next == 0 ? 0 : std::max<int64_t>(next - hal::now().ns, 1);
  return {.left = nanoseconds(left),
          .interval = nanoseconds(interval_ns_.load(std::memory_order_relaxed))};
}

IntervalTimer::Setting IntervalTimer::set(const Setting& wanted) {
  LockGuard guard(setting_lock_);
  (void)cancel();
  const Setting before = get();
  interval_ns_.store(wanted.interval.ns, std::memory_order_relaxed);
  const Instant when = hal::now() + wanted.left;
  next_ns_.store(wanted.left.ns == 0 ? 0 : when.ns, std::memory_order_relaxed);
  if (wanted.left.ns != 0) arm(when);
  return before;
}

void IntervalTimer::on_deadline() {
  {
    LockGuard guard(tasks_lock);
    (void)send_signal(process_, signal_from_kernel(kSigAlrm));
  }
  const int64_t interval = interval_ns_.load(std::memory_order_relaxed);
  if (interval == 0) return next_ns_.store(0, std::memory_order_relaxed);
  // Occasions that have been missed are left out.
  int64_t next = next_ns_.load(std::memory_order_relaxed);
  const int64_t missed = std::max<int64_t>(hal::now().ns - next, 0) / interval;
  next = (Instant{next} + nanoseconds(interval * (missed + 1))).ns;
  next_ns_.store(next, std::memory_order_relaxed);
  arm({next});
}

}  // namespace jacinth::linux
