#include "exec/waiter.h"

#include "hal/clock.h"

namespace jacinth::exec {

Waiter::Waiter() : activity_(Activity::current()) { ASSERT(activity_ != nullptr); }

Waiter::~Waiter() {
  // A suspended frame is never destroyed from outside: whoever would finish the wait still knows
  // it.
  DEBUG_ASSERT(outcome_.load(std::memory_order_relaxed) != kSuspended);
}

bool Waiter::finish(Status status) {
  interleave_point();
  int32_t seen = outcome_.load(std::memory_order_relaxed);
  do {
    if (seen <= 0) return false;
  } while (!outcome_.compare_exchange_weak(seen, static_cast<int32_t>(status),
                                           std::memory_order_acq_rel));
  interleave_point();
  if (seen == kSuspended) activity_->wake();
  return true;
}

Status Waiter::status() const {
  const int32_t outcome = outcome_.load(std::memory_order_acquire);
  DEBUG_ASSERT(outcome <= 0);
  return Status{outcome};
}

bool Waiter::Awaiter::await_ready() {
  if (waiter.finished()) return true;
  if (deadline == kForever || deadline > hal::now()) return false;
  waiter.finish(Status::TimedOut);
  return true;
}

bool Waiter::Awaiter::await_suspend(std::coroutine_handle<> here) {
  Activity& self = *waiter.activity_;
  DEBUG_ASSERT(&self == Activity::current());
  self.resume_point_ = here;
  registered = true;
  waiter.deadline_.arm(deadline, waiter.slack_);
  if (interruptible == Interruptible::Yes) {
    LockGuard guard(self.wait_lock_);
    self.waiting_ = &waiter;
    if (self.interrupt_pending()) waiter.finish(Status::InternalIntrRetry);
  }
  interleave_point();
  // The last step: whoever finishes the wait from here on wakes us, and whoever did before did not.
  int32_t pending = kPending;
  return waiter.outcome_.compare_exchange_strong(pending, kSuspended, std::memory_order_acq_rel);
}

Status Waiter::Awaiter::await_resume() {
  if (registered) waiter.unregister();
  return waiter.status();
}

// Afterwards neither interrupt() nor the deadline can reach this waiter any more.
void Waiter::unregister() {
  {
    LockGuard guard(activity_->wait_lock_);
    activity_->waiting_ = nullptr;
  }
  deadline_.cancel();
}

}  // namespace jacinth::exec
