#include "linux/time/interval_timer.h"

#include "hal/clock.h"
#include "linux/signals/send.h"

namespace jacinth::linux {

Duration IntervalTimer::reading() {
  return kind_ == Kind::Real ? nanoseconds(hal::now().ns) : process_.runtime();
}

int64_t IntervalTimer::speed() { return process_.thread_count(); }

// Occasions that have been missed are left out.
void IntervalTimer::expired(uint64_t) {
  const int32_t signal = kind_ == Kind::Real      ? kSigAlrm
                         : kind_ == Kind::Virtual ? kSigVtalrm
                                                  : kSigProf;
  LockGuard guard(tasks_lock);
  (void)send_signal(process_, signal_from_kernel(signal));
}

}  // namespace jacinth::linux
