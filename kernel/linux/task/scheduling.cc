#include "linux/task/scheduling.h"

#include <algorithm>

#include "exec/activity.h"

namespace jacinth::linux {

int executor_priority(int32_t policy, int32_t priority) {
  constexpr int kLowest = exec::kDefaultPriority + 1, kHighest = exec::kPriorityCount - 2;
  if (!is_realtime(policy)) return exec::kDefaultPriority;
  return kLowest + (priority - 1) * (kHighest - kLowest) / (kMostRealtime - 1);
}

int executor_priority(const LinuxThread& thread) {
  const int own = executor_priority(thread.scheduling.policy, thread.scheduling.priority);
  return std::max<int>(own, thread.scheduling.inherited);
}

}  // namespace jacinth::linux
