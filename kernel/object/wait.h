// Waiting for signals: the mechanism behind zx_object_wait_one and zx_object_wait_many, and behind
// every wait a personality builds on objects.
#pragma once

#include "exec/waiter.h"
#include "object/kernel_object.h"

namespace jacinth {

// One object's part in a wait. Register with KernelObject::observe() or HandleTable::observe();
// call finish_with() on whatever outcome before it dies.
class WaitObserver final : public SignalObserver {
 public:
  explicit WaitObserver(exec::Waiter& waiter) : waiter_(&waiter) {}

  Next on_match(Signals now) override {
    observed_ |= now;
    waiter_->finish(Status::Ok);
    return Next::Remove;
  }
  void on_handle_closed(Signals now) override {
    observed_ |= now | signals::kHandleClosed;
    waiter_->finish(Status::Canceled);
  }

  // Unregisters from `object` and returns what was seen: the state now, and the state that ended
  // the wait.
  Signals finish_with(KernelObject& object) {
    object.forget(*this);
    return observed_ | object.signals();
  }

 private:
  exec::Waiter* const waiter_;
  Signals observed_ = 0;
};

}  // namespace jacinth
