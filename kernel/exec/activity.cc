#include "exec/activity.h"

#include "exec/executor.h"
#include "exec/waiter.h"

namespace jacinth::exec {

Activity::~Activity() {
  const State state = this->state();
  ASSERT(state == State::New || state == State::Finished);
}

Activity* Activity::current() { return Executor::current().running(); }

Duration Activity::runtime() const {
  return this == current() ? cpu_time_.read_own() : cpu_time_.read();
}

Activity::ArenaScope::ArenaScope(FrameArena* arena)
    : previous_(std::exchange(Executor::current().frame_arena_, arena)) {}
Activity::ArenaScope::~ArenaScope() { Executor::current().frame_arena_ = previous_; }

Result<> Activity::start_root() {
  if (!root_.allocated()) return fail(Status::NoMemory);
  ASSERT(state() == State::New);
  resume_point_ = root_.handle();
  state_.store(State::Runnable, std::memory_order_release);
  Executor::enqueue(*this);
  return {};
}

void Activity::wake() {
  interleave_point();
  State seen = state_.load(std::memory_order_acquire);
  for (;;) {
    State next = State::Woken;
    if (seen == State::Sleeping) {
      next = State::Runnable;
    } else if (seen != State::Running) {
      return;  // already going to run, or never again
    }
    if (!state_.compare_exchange_weak(seen, next, std::memory_order_acq_rel)) continue;
    if (next == State::Runnable) Executor::enqueue(*this);
    return;
  }
}

void Activity::interrupt() {
  interrupted_.store(true, std::memory_order_release);
  LockGuard guard(wait_lock_);
  if (waiting_ != nullptr) waiting_->finish(Status::InternalIntrRetry);
}

void Activity::clear_interrupt() { interrupted_.store(false, std::memory_order_release); }

void YieldAwaiter::await_suspend(std::coroutine_handle<> here) {
  Activity& self = *Activity::current();
  self.resume_point_ = here;
  self.wake();
}

}  // namespace jacinth::exec
