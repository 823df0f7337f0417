#include "exec/waiter.h"

#include "hal/clock.h"

namespace jacinth::exec {

Waiter::Waiter() : activity_(Activity::current()) {
  ASSERT(activity_ != nullptr);
  activity_->forget_stale_wake();
}

Waiter::~Waiter() = default;

bool Waiter::finish(Status status) {
  interleave_point();
  int32_t pending = kPending;
  if (!outcome_.compare_exchange_strong(pending, static_cast<int32_t>(status),
                                        std::memory_order_acq_rel))
    return false;
  activity_->wake();
  return true;
}

Status Waiter::status() const {
  const int32_t outcome = outcome_.load(std::memory_order_acquire);
  DEBUG_ASSERT(outcome != kPending);
  return Status{outcome};
}

bool Waiter::Awaiter::await_ready() {
  if (waiter.finished()) return true;
  if (deadline > hal::now()) return false;
  waiter.finish(Status::TimedOut);
  return true;
}

void Waiter::Awaiter::await_suspend(std::coroutine_handle<> here) {
  Activity& self = *waiter.activity_;
  self.resume_point_ = here;
  waiter.deadline_.arm(deadline, waiter.slack_);
  if (interruptible == Interruptible::No) return;
  LockGuard guard(self.wait_lock_);
  self.waiting_ = &waiter;
  if (self.interrupt_pending()) waiter.finish(Status::InternalIntrRetry);
}

Status Waiter::Awaiter::await_resume() {
  {
    Activity& self = *waiter.activity_;
    LockGuard guard(self.wait_lock_);
    self.waiting_ = nullptr;
  }
  waiter.deadline_.cancel();
  return waiter.status();
}

}  // namespace jacinth::exec
