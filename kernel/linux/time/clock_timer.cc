#include "linux/time/clock_timer.h"

#include <algorithm>

#include "hal/clock.h"

namespace jacinth::linux {

namespace {
// A timer that wants to go off more often counts what it has missed instead.
constexpr Duration kShortest = microseconds(50);
// How closely CPU time is watched.
constexpr Duration kCpuStep = milliseconds(1);
}  // namespace

ClockTimer::Setting ClockTimer::left_of(const State& state, Duration now) {
  // One that is due has not gone off yet: a little is left.
  const int64_t left = state.set ? std::max<int64_t>(state.next.ns - now.ns, 1) : 0;
  return {.left = nanoseconds(left), .interval = state.interval};
}

ClockTimer::Setting ClockTimer::get() {
  const Duration now = reading();
  return left_of(*state_.lock(), now);
}

ClockTimer::Setting ClockTimer::set(const Setting& wanted) {
  if (wanted.left.ns != 0)
    return set_at(Instant{reading().ns} + wanted.left - Instant{}, wanted.interval);
  const Duration now = reading();
  auto state = state_.lock();
  (void)cancel_without_waiting();
  const Setting before = left_of(*state, now);
  state->set = false;
  state->interval = wanted.interval;
  return before;
}

// on_deadline() may be waiting for the lock: it will see that it is early, or not wanted.
ClockTimer::Setting ClockTimer::set_at(Duration at, Duration interval) {
  const Duration now = reading();
  auto state = state_.lock();
  (void)cancel_without_waiting();
  const Setting before = left_of(*state, now);
  if (state->stopped) return before;
  state->set = true;
  state->next = at;
  state->interval = interval;
  arm_for(*state, now);
  return before;
}

void ClockTimer::stop() {
  {
    auto state = state_.lock();
    state->set = false;
    state->stopped = true;
  }
  (void)cancel();
}

// Under the lock of `state`.
void ClockTimer::arm_for(const State& state, Duration now) {
  const int64_t left = std::max<int64_t>(state.next.ns - now.ns, 0);
  if (!counts_cpu_time()) return arm(hal::now() + nanoseconds(left));
  arm(hal::now() + nanoseconds(std::max(left / std::max<int64_t>(speed(), 1), kCpuStep.ns)));
}

void ClockTimer::on_deadline() {
  const Duration now = reading();
  uint64_t times = 0;
  {
    auto state = state_.lock();
    if (!state->set) return;
    (void)cancel_without_waiting();
    if (state->next <= now) {
      const Duration interval = state->interval;
      const int64_t missed = interval.ns == 0 ? 0 : (now.ns - state->next.ns) / interval.ns;
      times = static_cast<uint64_t>(missed) + 1;
      state->set = interval.ns != 0;
      state->next = nanoseconds(state->next.ns + interval.ns * (missed + 1));
      const Duration earliest = nanoseconds(now.ns + kShortest.ns);
      if (state->set && state->next < earliest) {
        State later = *state;
        later.next = earliest;
        arm_for(later, now);
      } else if (state->set) {
        arm_for(*state, now);
      }
    } else {
      arm_for(*state, now);
    }
  }
  if (times != 0) expired(times);
}

}  // namespace jacinth::linux
