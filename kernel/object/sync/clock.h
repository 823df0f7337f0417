// Clock: time as its maintainer says it is: a line over the machine's counter, adjustable in value
// and rate, with a bound on the error.
#pragma once

#include <type_traits>

#include "object/kernel_object.h"
#include "object/sync/clock_transform.h"

namespace jacinth {

// Until the first update a clock stands still at its backstop time. Reading is atomic with regard
// to updates: it sees all of one or nothing of it.
class Clock final : public KernelObject {
 public:
  static constexpr ObjectType kType = ObjectType::Clock;

  static constexpr uint64_t kMonotonic = 1u << 0;   // never goes back
  static constexpr uint64_t kContinuous = 1u << 1;  // never jumps once started; only if monotonic
  static constexpr uint64_t kAutoStart = 1u << 2;   // starts as a copy of the monotonic clock
  static constexpr uint64_t kVersionShift = 58;     // the version of the arguments, above
  // The bits of the options that are the version of the arguments' structure.
  static constexpr uint64_t version(uint64_t options) { return options >> kVersionShift; }

  static constexpr uint64_t kUnknownError = ~uint64_t{0};
  static constexpr int32_t kMaxRateAdjustPpm = 1000;

  // `options` with or without a version. INVALID_ARGS: unknown option, kContinuous alone, a
  // negative backstop, or a later one than the clock starts with; NO_MEMORY.
  static Result<RefPtr<Clock>> create(uint64_t options, int64_t backstop);
  Clock(uint64_t options, int64_t backstop);

  ObjectType type() const override { return kType; }
  Rights default_rights() const override { return rights::kBasic | rights::kIo; }

  int64_t read() const;

  // As zx_clock_details_v1_t.
  struct Details {
    uint64_t options;
    int64_t backstop;
    ClockTransform ticks_to_synthetic;
    ClockTransform mono_to_synthetic;
    uint64_t error_bound;
    int64_t query_ticks;
    int64_t last_value_update_ticks;
    int64_t last_rate_adjust_update_ticks;
    int64_t last_error_bounds_update_ticks;
    uint32_t generation;  // 2 more after each update
    uint32_t padding;
  };
  Details details() const;

  // Which of the arguments of an update are meant.
  static constexpr uint64_t kUpdateValue = 1u << 0;
  static constexpr uint64_t kUpdateRate = 1u << 1;
  static constexpr uint64_t kUpdateErrorBound = 1u << 2;
  // As zx_clock_update_args_v1_t.
  struct UpdateArgs {
    int32_t rate_adjust_ppm = 0;
    int32_t padding = 0;
    int64_t value = 0;
    uint64_t error_bound = 0;
  };
  // `options` are of version 1 and name some of the arguments and nothing else; a rate that is
  // meant is at most kMaxRateAdjustPpm off.
  static bool update_is_valid(uint64_t options, const UpdateArgs& args);
  // INVALID_ARGS: such an update is valid for no clock; value before the backstop; a monotonic
  // clock set back; a continuous one set after it has started. BAD_STATE: a first update without a
  // value. After any error nothing has changed.
  Result<> update(uint64_t options, const UpdateArgs& args);

 private:
  bool has(uint64_t option) const { return (options_ & option) != 0; }
  Result<> check_value(const UpdateArgs& args, int64_t now_ticks) const REQUIRES(lock_);
  void move_line(uint64_t options, const UpdateArgs& args, int64_t now_ticks) REQUIRES(lock_);

  const uint64_t options_;
  const int64_t backstop_;
  mutable SpinLock lock_{LockRank::Object};
  bool started_ GUARDED_BY(lock_) = false;
  uint32_t generation_ GUARDED_BY(lock_) = 0;
  ClockTransform ticks_to_synthetic_ GUARDED_BY(lock_);
  ClockTransform mono_to_synthetic_ GUARDED_BY(lock_);
  uint64_t error_bound_ GUARDED_BY(lock_) = kUnknownError;
  int64_t last_value_ticks_ GUARDED_BY(lock_) = 0;
  int64_t last_rate_ticks_ GUARDED_BY(lock_) = 0;
  int64_t last_error_ticks_ GUARDED_BY(lock_) = 0;
};
static_assert(sizeof(Clock::Details) == 112);
static_assert(sizeof(Clock::UpdateArgs) == 24);

}  // namespace jacinth
