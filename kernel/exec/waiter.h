// Waiter: one wait of one activity, ended exactly once.
//
//     Waiter waiter;                                  // in the waiting coroutine's frame
//     object.observe(node_that_calls(waiter.finish)); // register with whatever may end it
//     Status status = co_await waiter.wait(deadline);
//     object.forget(node);                            // unregister: whatever the outcome
//
// Whoever is first to call finish() decides the outcome; the others lose and change nothing. A
// caller of finish() must hold a lock that the waiting side takes to unregister, so that the Waiter
// cannot die under it. Outcomes by convention: OK signalled, TIMED_OUT deadline, CANCELED handle
// closed, INTERNAL_INTR_RETRY killed, suspended or signalled by its task.
#pragma once

#include <atomic>
#include <coroutine>
#include <cstdint>

#include "base/result.h"
#include "base/units.h"
#include "exec/activity.h"
#include "exec/deadline_queue.h"

namespace jacinth::exec {

enum class Interruptible : bool { No, Yes };

class Waiter {
 public:
  // For the current activity.
  Waiter();
  ~Waiter();
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;

  // Ends the wait with `status`; false when it had ended already. `status` is any Status.
  bool finish(Status status);
  bool finished() const { return outcome_.load(std::memory_order_acquire) <= 0; }
  // The outcome; only once finished.
  Status status() const;
  Activity& activity() const { return *activity_; }

  struct Awaiter {
    Waiter& waiter;
    Instant deadline;
    Interruptible interruptible;
    bool registered = false;  // with the deadline queue and the activity
    bool await_ready();
    bool await_suspend(std::coroutine_handle<> here);
    Status await_resume();
  };
  // A wait that has already been finished wins over a deadline that has already passed.
  Awaiter wait(Instant deadline, Slack slack = {},
               Interruptible interruptible = Interruptible::Yes) {
    slack_ = slack;
    return {.waiter = *this, .deadline = deadline, .interruptible = interruptible};
  }

 private:
  class Deadline final : public TimerNode {
   public:
    explicit Deadline(Waiter& owner) : owner_(owner) {}
    void on_deadline() override { owner_.finish(Status::TimedOut); }

   private:
    Waiter& owner_;
  };

  // What outcome_ holds before the outcome; no Status is positive.
  static constexpr int32_t kPending = 1;    // nobody waits yet: finish() need not wake the activity
  static constexpr int32_t kSuspended = 2;  // finish() wakes the activity, once

  void unregister();

  std::atomic<int32_t> outcome_{kPending};
  Activity* const activity_;
  Slack slack_;
  Deadline deadline_{*this};
};

}  // namespace jacinth::exec
