// Making tasks.
#pragma once

#include "linux/syscall_context.h"
#include "linux/task/linux_process.h"

namespace jacinth::linux {

struct CloneRequest {
  uint64_t flags = 0;  // clone_flag::…, without a signal
  int32_t exit_signal = 0;
  VirtAddr stack{};  // 0: the parent's
  uint64_t tls = 0;
  UserOut<int32_t> parent_tid{};
  UserOut<int32_t> pidfd{};
  VirtAddr child_tid{};
};

// The number of the new task; with kVfork, once it has left the caller's memory.
exec::Eventually<SysResult> clone_task(SyscallContext& ctx, const CloneRequest& request);

// The kernel's first program: a process without a parent. It does not run yet.
struct NewTask {
  RefPtr<LinuxProcess> process;
  RefPtr<LinuxThread> thread;
  RefPtr<Thread> object;
  bool new_process = false;
};
ErrnoOr<NewTask> make_first_task(RefPtr<Job> job, std::string_view name);

}  // namespace jacinth::linux
