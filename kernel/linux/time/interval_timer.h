// The timers of setitimer() and alarm(): each sends its process a signal of its own.
#pragma once

#include "linux/time/clock_timer.h"

namespace jacinth::linux {

class LinuxProcess;

class IntervalTimer final : public ClockTimer {
 public:
  // ITIMER_REAL: time. ITIMER_VIRTUAL and ITIMER_PROF: the process's CPU time, which is not told
  // apart into the program's own and the kernel's for it.
  enum class Kind : uint8_t { Real = 0, Virtual = 1, Profiling = 2 };
  IntervalTimer(LinuxProcess& process, Kind kind) : process_(process), kind_(kind) {}

 private:
  Duration reading() override;
  int64_t speed() override;
  bool counts_cpu_time() const override { return kind_ != Kind::Real; }
  void expired(uint64_t times) override;

  LinuxProcess& process_;
  const Kind kind_;
};

}  // namespace jacinth::linux
