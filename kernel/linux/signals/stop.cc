#include "linux/signals/stop.h"

#include "linux/signals/send.h"
#include "linux/task/task_table.h"
#include "linux/tracing/tracing.h"

namespace jacinth::linux {

class Stopper {
 public:
  static bool stop(LinuxProcess& process, int32_t signal);
  static void tell_parent(LinuxProcess& process, int32_t code, int32_t signal) REQUIRES(tasks_lock);
};

bool group_is_orphan(const LinuxProcess& process) {
  bool orphan = true;
  tasks().for_each_process([&](LinuxProcess& member) {
    tasks_lock.assert_held();
    if (member.group() != process.group()) return;
    const LinuxProcess* const parent = member.parent();
    if (parent != nullptr && parent->group() != member.group() &&
        parent->session() == member.session())
      orphan = false;
  });
  return orphan;
}

void Stopper::tell_parent(LinuxProcess& process, int32_t code, int32_t signal) {
  LinuxProcess* const parent = process.parent_;
  if (parent == nullptr) return;
  const abi::sigaction action = parent->handlers().get(kSigChld);
  // Who ignores it is not told, not even while it is blocked.
  if (action.handler != signal_action::kIgnore &&
      (action.flags & signal_action::kNoChildStop) == 0) {
    abi::siginfo info{};
    info.signal = kSigChld;
    info.code = code;
    info.sender.pid = process.id();
    info.sender.child.status = signal;
    (void)send_signal(*parent, info);
  }
  LinuxProcess::wake_all(parent->child_watchers_);
}

bool Stopper::stop(LinuxProcess& process, int32_t signal) {
  LockGuard guard(tasks_lock);
  if (signal != kSigStop && group_is_orphan(process)) return false;
  if (process.exiting()) return false;
  bool already = false;
  {
    LockGuard signal_guard(process.signal_lock_);
    already = process.stopped_.exchange(true);
    if (!already) process.stop_signal_ = signal;
  }
  Tracing::note_stop(process);
  if (already) return true;
  {
    LockGuard signal_guard(process.signal_lock_);
    for (LinuxThread& thread : process.threads_) thread.object().request_attention();
  }
  process.unreported_stop_ = signal;
  process.unreported_continue_ = false;
  if (!Tracing::is_traced_by_parent(process))
    tell_parent(process, signal_code::kChildStopped, signal);
  return true;
}

void tell_parent_of_continue(LinuxProcess& process) {
  Stopper::tell_parent(process, signal_code::kChildContinued, kSigCont);
}

bool stop_process(LinuxProcess& process, int32_t signal) { return Stopper::stop(process, signal); }

exec::Task<Status> wait_until_continued(LinuxThread& self) {
  exec::Waiter waiter;
  self.object().clear_interrupt();
  {
    LockGuard guard(self.process().signal_lock());
    self.signals.stopped_in = &waiter;
    if (!self.process().stopped() || self.object().killed() || self.process().exiting())
      waiter.finish(Status::Ok);
  }
  const Status status = co_await waiter.wait(kForever);
  LockGuard guard(self.process().signal_lock());
  self.signals.stopped_in = nullptr;
  co_return status;
}

}  // namespace jacinth::linux
