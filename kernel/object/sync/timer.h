// Timer: a signal at a point in time.
#pragma once

#include "exec/deadline_queue.h"
#include "object/kernel_object.h"

namespace jacinth {

// kSignaled is active from the deadline until the timer is set again or cancelled. When the last
// handle goes, the timer is cancelled.
class Timer final : public KernelObject {
 public:
  static constexpr ObjectType kType = ObjectType::Timer;

  // `options`: how slack is used, ZX_TIMER_SLACK_CENTER (0), EARLY (1) or LATE (2), else
  // INVALID_ARGS. NO_MEMORY.
  static Result<RefPtr<Timer>> create(uint32_t options);
  explicit Timer(uint32_t options) : options_(options) {}
  ~Timer() override;

  ObjectType type() const override { return kType; }
  Rights default_rights() const override {
    return rights::kBasic | rights::kWrite | rights::kSignal;
  }

  // Replaces what was set before. A deadline that has passed is signalled before this returns.
  // OUT_OF_RANGE when `slack` is negative.
  Result<> set(Instant deadline, Duration slack);
  void cancel();

  struct Info {
    uint32_t options;
    Instant deadline;  // 0 when not set
    Duration slack;
  };
  Info info() const;

 private:
  static constexpr Instant kIdle{0};

  class Alarm final : public exec::TimerNode {
   public:
    explicit Alarm(Timer& owner) : owner_(owner) {}
    void on_deadline() override { owner_.on_deadline(); }

   private:
    Timer& owner_;
  };
  // What the alarm means when it comes. It may be on its way already, waiting for the lock on
  // another CPU, when the timer is changed: then it cannot be taken back, nor armed anew but by
  // its own call.
  enum class OnAlarm : uint8_t { Ignore, Signal, ArmAgain };

  void on_zero_handles() override { cancel(); }
  void on_deadline();
  void stop() REQUIRES(lock_);
  void arm() REQUIRES(lock_);

  const uint32_t options_;
  mutable SpinLock lock_{LockRank::Object};
  Instant deadline_ GUARDED_BY(lock_) = kIdle;
  Duration slack_ GUARDED_BY(lock_);
  bool alarm_set_ GUARDED_BY(lock_) = false;  // armed, or on its way
  OnAlarm on_alarm_ GUARDED_BY(lock_) = OnAlarm::Ignore;
  Alarm alarm_{*this};
};

}  // namespace jacinth
