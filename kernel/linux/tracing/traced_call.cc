// A system call whose tracer is told before and after it, and may change it.
#include <algorithm>

#include "linux/arch.h"
#include "linux/linux_personality.h"
#include "linux/signals/send.h"
#include "linux/tracing/trace_stop.h"

namespace jacinth::linux {
namespace {

exec::Eventually<SysResult> serve(Thread& thread, const hal::LinuxCall& call) {
  const CallEntry* const entry = find_call(call.number);
  SyscallContext context(thread);
  Arguments arguments;
  std::ranges::copy(call.args, arguments.begin());
  if (entry != nullptr && entry->function.plain != nullptr)
    return entry->function.plain(context, arguments);
  if (entry != nullptr && entry->function.blocking != nullptr)
    return entry->function.blocking(context, arguments);
  note_missing_call(call.number, entry);
  return SysResult(fail(Errno::NOSYS));
}

bool stops_at_calls(const LinuxThread& self) {
  return self.traced && self.tracee->run == Tracee::Run::Calls;
}

// The signal with which its tracer has let it go on from a stop at a call.
void send_to_itself(LinuxThread& self, int32_t signal) {
  if (!is_signal(signal)) return;
  LockGuard guard(tasks_lock);
  (void)send_signal(self, signal_from_kernel(signal));
}

}  // namespace

exec::Task<CallResult> LinuxPersonality::traced_call(LinuxThread& self) {
  Thread& thread = self.object();
  hal::UserContext& context = thread.context();
  Tracee& tracee = *self.tracee;
  self.call = context.linux_call();
  tracee.call_number = static_cast<int32_t>(self.call.number);
  hide_call_result(context);
  if (stops_at_calls(self)) {
    const auto signal = co_await stop_at_call(self, Tracee::Why::CallEntry);
    send_to_itself(self, signal.value_or(0));
    if (thread.killed()) co_return error_value(Status::InternalIntrRetry);
    // All of it may be another call now.
    self.call = context.linux_call();
    self.call.number = static_cast<uint64_t>(tracee.call_number);
  }
  if (tracee.call_number >= 0) {
    const SysResult result = co_await serve(thread, self.call);
    const CallResult value = finish(self, result);
    context.set_syscall_result(value.value_or(0));
  }
  if (!thread.killed() && !self.has_exited) {
    if (stops_at_calls(self)) {
      const auto signal = co_await stop_at_call(self, Tracee::Why::CallExit);
      send_to_itself(self, signal.value_or(0));
    }
    end_step_over_call(self);
  }
  if (!self.interrupted_by) tracee.call_number = -1;
  co_return syscall_result_of(context);
}

}  // namespace jacinth::linux
