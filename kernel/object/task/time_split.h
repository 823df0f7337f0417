// TimeSplit: how much of its CPU time a thread has spent in the kernel, by samples.
#pragma once

#include <atomic>
#include <cstdint>

#include "base/units.h"

namespace jacinth {

// Reading the clock at every entry would cost short system calls a good part of their speed. So
// only some visits to the kernel are measured, and stand for as many as there were. Written by the
// thread itself, read by all.
class TimeSplit {
 public:
  // How many visits a measured one stands for: short calls, and all others.
  static constexpr uint32_t kShortCalls = 64, kVisits = 8;

  // Whether this short call is to be measured, which it is when it is handled as all others are.
  bool is_sample_due() {
    if (++short_calls_ % kShortCalls != 0) [[likely]]
      return false;
    weight_ = kShortCalls;
    return true;
  }
  // The thread has come from user mode; whether begin() is to follow, with its CPU time.
  bool enters() {
    if (weight_ == 0 && ++visits_ % kVisits == 0) weight_ = kVisits;
    return weight_ != 0;
  }
  void begin(Duration used) { begun_ = used.ns; }
  // It is about to go back; whether it has been measured, and end() is to follow.
  bool measures() const { return weight_ != 0; }
  void end(Duration used) {
    const int64_t sum = system_.load(std::memory_order_relaxed) + (used.ns - begun_) * weight_;
    system_.store(sum, std::memory_order_relaxed);
    weight_ = 0;
  }

  Duration system() const { return nanoseconds(system_.load(std::memory_order_relaxed)); }

 private:
  uint32_t short_calls_ = 0;
  uint32_t visits_ = 0;
  uint32_t weight_ = 0;  // of the visit that is being measured; 0: none is
  int64_t begun_ = 0;
  std::atomic<int64_t> system_{0};
};

}  // namespace jacinth
