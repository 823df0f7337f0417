#include "linux/task/process_limit.h"

#include "linux/task/task_table.h"

namespace jacinth::linux {
namespace {

uint64_t threads_of(uint32_t user) {
  uint64_t count = 0;
  LockGuard guard(tasks_lock);
  tasks().for_each_process([&](LinuxProcess& process) {
    if (process.credentials.lock()->user.real == user) count += process.thread_count();
  });
  return count;
}

// Whether there are more than the limit and `beyond`.
bool has_too_many(LinuxProcess& process, int64_t beyond) {
  const uint32_t user = process.credentials.lock()->user.real;
  const uint64_t limit = process.limits.lock()->of[kLimitProcesses].soft;
  return limit != kUnlimited && user != 0 &&
         static_cast<int64_t>(threads_of(user)) > static_cast<int64_t>(limit) + beyond;
}

}  // namespace

ErrnoOr<> check_process_limit(LinuxProcess& process) {
  constexpr uint64_t kExempt = fs::capability::kSysAdmin | fs::capability::kSysResource;
  if ((process.credentials.lock()->capabilities.effective & kExempt) != 0) return {};
  return has_too_many(process, -1) ? fail(Errno::AGAIN) : ErrnoOr<>();
}

// It did not count itself before it was one of them.
void note_new_user(LinuxProcess& process) {
  process.has_too_many_processes = has_too_many(process, 1);
}

ErrnoOr<> check_noted_user(LinuxProcess& process) {
  if (!process.has_too_many_processes) return {};
  if (has_too_many(process, 0)) return fail(Errno::AGAIN);
  process.has_too_many_processes = false;
  return {};
}

}  // namespace jacinth::linux
