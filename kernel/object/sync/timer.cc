#include "object/sync/timer.h"

#include "hal/clock.h"

namespace jacinth {

Result<RefPtr<Timer>> Timer::create(uint32_t options) {
  if (options > static_cast<uint32_t>(exec::Slack::Mode::Late)) return fail(Status::InvalidArgs);
  return make_ref<Timer>(options);
}

// A call of the alarm may still be on its last steps.
Timer::~Timer() { alarm_.cancel(); }

Result<> Timer::set(Instant deadline, Duration slack) {
  if (slack.ns < 0) return fail(Status::OutOfRange);
  LockGuard guard(lock_);
  stop();
  if (deadline <= hal::now()) {
    update_signals(0, signals::kSignaled);
    return {};
  }
  deadline_ = deadline;
  slack_ = slack;
  if (alarm_set_) {
    on_alarm_ = OnAlarm::ArmAgain;
  } else {
    arm();
  }
  return {};
}

void Timer::cancel() {
  LockGuard guard(lock_);
  stop();
}

void Timer::stop() {
  update_signals(signals::kSignaled, 0);
  deadline_ = kIdle;
  slack_ = {};
  on_alarm_ = OnAlarm::Ignore;
  if (alarm_set_ && alarm_.cancel_without_waiting()) alarm_set_ = false;
}

void Timer::arm() {
  if (deadline_ == kForever) return;
  on_alarm_ = OnAlarm::Signal;
  alarm_set_ = true;
  alarm_.arm(deadline_, {.amount = slack_, .mode = static_cast<exec::Slack::Mode>(options_)});
}

void Timer::on_deadline() {
  LockGuard guard(lock_);
  alarm_set_ = false;
  if (on_alarm_ == OnAlarm::ArmAgain) return arm();
  if (on_alarm_ == OnAlarm::Ignore) return;
  deadline_ = kIdle;
  slack_ = {};
  on_alarm_ = OnAlarm::Ignore;
  update_signals(0, signals::kSignaled);
}

Timer::Info Timer::info() const {
  LockGuard guard(lock_);
  return {.options = options_, .deadline = deadline_, .slack = slack_};
}

}  // namespace jacinth
