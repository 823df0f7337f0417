// OneShotTimer: when a CPU's timer is to interrupt, so that an interrupt that comes too early is
// known for what it is.
//
// Timers do that: a count cannot hold the whole time or its rate is a little off; QEMU, run on a
// busy host, raises the interrupt of the deadline before when that passes while a later one is
// being set. Who set the timer must not hear of it: it would set the timer no more, believing that
// the interrupt is still to come, and a program that never enters the kernel would keep its CPU.
#pragma once

#include "base/units.h"

namespace jacinth::hal {

// All zero at first, which is as good as never set. Used on its own CPU alone.
class OneShotTimer {
 public:
  Instant deadline() const { return deadline_; }
  // False: the device need not be told.
  bool change(Instant deadline) {
    if (deadline == kForever && deadline_ == kForever) return false;
    deadline_ = deadline;
    return true;
  }
  // The interrupt has come. False: too early, the device is to be set to the deadline again.
  bool has_expired(Instant now) {
    if (deadline_ != kForever && now < deadline_) return false;
    deadline_ = kForever;
    return true;
  }

 private:
  Instant deadline_{};
};

}  // namespace jacinth::hal
