#include "object/sync/clock.h"

#include "hal/clock.h"

namespace jacinth {
namespace {

constexpr uint64_t kAllOptions = Clock::kMonotonic | Clock::kContinuous | Clock::kAutoStart;
constexpr uint64_t kAllUpdates =
    Clock::kUpdateValue | Clock::kUpdateRate | Clock::kUpdateErrorBound;
constexpr uint64_t kVersionMask = ~uint64_t{0} << Clock::kVersionShift;

ClockRate ticks_to_mono() { return ClockRate::of(1'000'000'000, hal::ticks_per_second()); }
int64_t ticks_now() { return static_cast<int64_t>(hal::ticks()); }

}  // namespace

Result<RefPtr<Clock>> Clock::create(uint64_t options, int64_t backstop) {
  options &= ~kVersionMask;
  if ((options & ~kAllOptions) != 0) return fail(Status::InvalidArgs);
  if ((options & kContinuous) != 0 && (options & kMonotonic) == 0) return fail(Status::InvalidArgs);
  if (backstop < 0) return fail(Status::InvalidArgs);
  if ((options & kAutoStart) != 0 && backstop > hal::now().ns) return fail(Status::InvalidArgs);
  return make_ref<Clock>(options, backstop);
}

Clock::Clock(uint64_t options, int64_t backstop)
    : KernelObject((options & kAutoStart) != 0 ? signals::kClockStarted : 0),
      options_(options),
      backstop_(backstop),
      started_((options & kAutoStart) != 0),
      ticks_to_synthetic_{0, backstop, {0, 1}},
      mono_to_synthetic_{0, backstop, {0, 1}} {
  if (!started_) return;
  ticks_to_synthetic_ = {0, 0, ticks_to_mono()};
  mono_to_synthetic_ = {0, 0, {1, 1}};
}

int64_t Clock::read() const {
  LockGuard guard(lock_);
  return ticks_to_synthetic_.apply(ticks_now());
}

Clock::Details Clock::details() const {
  LockGuard guard(lock_);
  return {.options = options_,
          .backstop = backstop_,
          .ticks_to_synthetic = ticks_to_synthetic_,
          .mono_to_synthetic = mono_to_synthetic_,
          .error_bound = error_bound_,
          .query_ticks = ticks_now(),
          .last_value_update_ticks = last_value_ticks_,
          .last_rate_adjust_update_ticks = last_rate_ticks_,
          .last_error_bounds_update_ticks = last_error_ticks_,
          .generation = generation_,
          .padding = 0};
}

bool Clock::update_is_valid(uint64_t options, const UpdateArgs& args) {
  const uint64_t updates = options & ~kVersionMask;
  if (version(options) != 1 || updates == 0 || (updates & ~kAllUpdates) != 0) return false;
  return (options & kUpdateRate) == 0 ||
         (args.rate_adjust_ppm >= -kMaxRateAdjustPpm && args.rate_adjust_ppm <= kMaxRateAdjustPpm);
}

Result<> Clock::update(uint64_t options, const UpdateArgs& args) {
  if (!update_is_valid(options, args)) return fail(Status::InvalidArgs);
  const bool new_value = (options & kUpdateValue) != 0;
  const bool new_rate = (options & kUpdateRate) != 0;

  LockGuard guard(lock_);
  const int64_t now_ticks = ticks_now();
  if (new_value) {
    TRY(check_value(args, now_ticks));
  } else if (!started_) {
    return fail(Status::BadState);
  }
  if (new_value || new_rate) move_line(options, args, now_ticks);
  if ((options & kUpdateErrorBound) != 0) {
    error_bound_ = args.error_bound;
    last_error_ticks_ = now_ticks;
  }
  generation_ += 2;
  if (!std::exchange(started_, true)) update_signals(0, signals::kClockStarted);
  return {};
}

Result<> Clock::check_value(const UpdateArgs& args, int64_t now_ticks) const {
  if (args.value < backstop_) return fail(Status::InvalidArgs);
  if (!started_) return {};
  if (has(kContinuous)) return fail(Status::InvalidArgs);
  if (has(kMonotonic) && args.value < ticks_to_synthetic_.apply(now_ticks))
    return fail(Status::InvalidArgs);
  return {};
}

// From now on the clock runs on another line: through the new value, or else through the present
// one, with the new rate or else the present one.
void Clock::move_line(uint64_t options, const UpdateArgs& args, int64_t now_ticks) {
  const bool new_value = (options & kUpdateValue) != 0;
  const bool new_rate = (options & kUpdateRate) != 0;
  const int64_t value = new_value ? args.value : ticks_to_synthetic_.apply(now_ticks);
  ClockRate rate = started_ ? mono_to_synthetic_.rate : ClockRate{1, 1};
  if (new_rate) rate = {static_cast<uint32_t>(1'000'000 + args.rate_adjust_ppm), 1'000'000};
  ticks_to_synthetic_ = {now_ticks, value, ticks_to_mono() * rate};
  mono_to_synthetic_ = {ticks_to_mono().scale(now_ticks), value, rate};
  if (new_value) last_value_ticks_ = now_ticks;
  if (new_rate || !started_) last_rate_ticks_ = now_ticks;
}

}  // namespace jacinth
