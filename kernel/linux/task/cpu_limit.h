// RLIMIT_CPU: tells a process that it has used up its CPU time, and ends it at last.
#pragma once

#include <atomic>

#include "linux/time/clock_timer.h"

namespace jacinth::linux {

class LinuxProcess;

class CpuLimit final : public ClockTimer {
 public:
  explicit CpuLimit(LinuxProcess& process) : process_(process) {}

  // In seconds of CPU time; kUnlimited. SIGXCPU from `soft` on, every second; SIGKILL at `hard`.
  void watch(uint64_t soft, uint64_t hard);

 private:
  Duration reading() override;
  int64_t speed() override;
  bool counts_cpu_time() const override { return true; }
  void expired(uint64_t times) override;

  LinuxProcess& process_;
  std::atomic<uint64_t> hard_{0};
};

}  // namespace jacinth::linux
