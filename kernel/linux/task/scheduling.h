// How the policies of Linux's threads become priorities of the executor.
#pragma once

#include "linux/task/linux_thread.h"

namespace jacinth::linux {

enum SchedulingPolicy : int32_t {
  kOther = 0,
  kFifo = 1,
  kRoundRobin = 2,
  kBatch = 3,
  kIdle = 5,
  kDeadline = 6
};
inline constexpr int32_t kMostRealtime = 99;
constexpr bool is_realtime(int32_t policy) { return policy == kFifo || policy == kRoundRobin; }

// The real-time policies are what the executor's priorities are for; all others share one, as a
// higher one would never let a lower one run.
int executor_priority(int32_t policy, int32_t priority);
// A thread's own, or what it inherits from those that wait for it.
int executor_priority(const LinuxThread& thread);

}  // namespace jacinth::linux
