// ptrace: attaching, letting go on, and what can be asked about a stop. Memory and registers:
// ptrace_data.cc.
#include <algorithm>

#include "linux/arch.h"
#include "linux/signals/send.h"
#include "linux/syscall_prototypes.h"
#include "linux/task/task_table.h"
#include "linux/tracing/access.h"
#include "linux/tracing/ptrace_data.h"
#include "linux/tracing/tracing.h"

namespace jacinth::linux {
namespace {

using namespace ptrace;

// --- Attaching

SysResult trace_me(LinuxThread& self) {
  TRY(Tracing::prepare(self));
  LockGuard guard(tasks_lock);
  LinuxThread* const tracer = Tracing::parent_thread(self.process());
  if (self.traced || tracer == nullptr) return fail(Errno::PERM);
  Tracing::attach(self, *tracer, 0, false);
  return 0;
}

// The thread of that number, kept.
ErrnoOr<RefPtr<LinuxThread>> find_target(int32_t id) {
  LockGuard guard(tasks_lock);
  LinuxThread* const found = tasks().find_thread(id);
  // A zombie cannot be traced any more.
  if (found == nullptr)
    return fail(tasks().find_process(id) != nullptr ? Errno::PERM : Errno::SRCH);
  return RefPtr(found);
}

SysResult attach(LinuxThread& self, int32_t id, uint32_t options, bool seize) {
  const auto target = TRY(find_target(id));
  if (&target->process() == &self.process()) return fail(Errno::PERM);
  if (!may_access(self.process(), target->process(), AccessIds::Real)) return fail(Errno::PERM);
  TRY(Tracing::prepare(*target));
  LockGuard guard(tasks_lock);
  if (tasks().find_thread(id) != target.get()) return fail(Errno::SRCH);
  if (target->traced) return fail(Errno::PERM);
  Tracing::attach(*target, self, options, seize);
  if (!seize) (void)send_signal(*target, signal_from_kernel(kSigStop));
  return 0;
}

// --- Requests to tracees

ErrnoOr<int32_t> signal_argument(uint64_t data) {
  if (data > static_cast<uint64_t>(kLastSignal)) return fail(Errno::IO);
  return static_cast<int32_t>(data);
}

SysResult resume(LinuxThread& self, int32_t id, Tracee::Run run, uint64_t data) {
  return with_stopped(self, id, [&](Tracee& tracee) -> SysResult {
    tasks_lock.assert_held();
    if (run == Tracee::Run::Step && hal::register_set_bytes(hal::RegisterSet::SingleStep) == 0)
      return fail(Errno::IO);
    Tracing::resume(tracee, run, TRY(signal_argument(data)));
    return 0;
  });
}

SysResult detach(LinuxThread& self, int32_t id, uint64_t data) {
  Leftover left;
  return with_stopped(self, id, [&](Tracee& tracee) -> SysResult {
    tasks_lock.assert_held();
    left = Tracing::let_go(tracee, TRY(signal_argument(data)));
    return 0;
  });
}

// Those that do not need it to be stopped.
SysResult kill(LinuxThread& self, int32_t id) {
  LockGuard guard(tasks_lock);
  Tracee& tracee = *TRY(find_tracee(self, id));
  (void)send_signal(tracee.thread.process(),
                    signal_from(self.process(), kSigKill, signal_code::kUser));
  return 0;
}

SysResult interrupt(LinuxThread& self, int32_t id) {
  LockGuard guard(tasks_lock);
  Tracee& tracee = *TRY(find_tracee(self, id));
  if (!tracee.seized) return fail(Errno::IO);
  tracee.trap_wanted = true;
  Tracing::ask_to_stop(tracee);
  return 0;
}

SysResult listen(LinuxThread& self, int32_t id) {
  return with_stopped(self, id, [](Tracee& tracee) -> SysResult {
    tasks_lock.assert_held();
    if (!tracee.seized || tracee.why != Tracee::Why::Trap) return fail(Errno::IO);
    Tracing::listen(tracee);
    return 0;
  });
}

SysResult set_options(LinuxThread& self, int32_t id, uint64_t options) {
  return with_stopped(self, id, [options](Tracee& tracee) -> SysResult {
    if ((options & ~uint64_t{kAllOptions}) != 0) return fail(Errno::INVAL);
    tracee.options = static_cast<uint32_t>(options);
    return 0;
  });
}

// --- About the stop

SysResult get_event_message(LinuxThread& self, int32_t id, VirtAddr to) {
  const uint64_t message = TRY(ask(self, id, [](Tracee& tracee) { return tracee.message; }));
  TRY(put(UserOut<uint64_t>(to), message));
  return 0;
}

SysResult get_signal_info(LinuxThread& self, int32_t id, VirtAddr to) {
  bool has_info = false;
  const abi::siginfo info = TRY(ask(self, id, [&](Tracee& tracee) {
    has_info = tracee.has_info;
    return tracee.info;
  }));
  if (!has_info) return fail(Errno::INVAL);
  TRY(put(UserOut<abi::siginfo>(to), info));
  return 0;
}

SysResult set_signal_info(LinuxThread& self, int32_t id, VirtAddr from) {
  TRY(ask(self, id, [](Tracee&) { return 0; }));
  const auto info = TRY(get(UserIn<abi::siginfo>(from)));
  return with_stopped(self, id, [&](Tracee& tracee) -> SysResult {
    if (!tracee.has_info) return fail(Errno::INVAL);
    tracee.info = info;
    return 0;
  });
}

// What is queued for it, from a place in the queue on; how many were told.
SysResult peek_signals(LinuxThread& self, int32_t id, VirtAddr request_at, VirtAddr to) {
  TRY(ask(self, id, [](Tracee&) { return 0; }));
  const auto request = TRY(get(UserIn<PeekSignalInfo>(request_at)));
  if ((request.flags & ~kPeekShared) != 0 || request.count < 0) return fail(Errno::INVAL);
  uint64_t told = 0;
  for (; told < static_cast<uint64_t>(request.count); ++told) {
    const auto info = TRY(ask(self, id, [&](Tracee& tracee) {
      LinuxProcess& process = tracee.thread.process();
      LockGuard guard(process.signal_lock());
      const PendingSignals& pending =
          (request.flags & kPeekShared) != 0 ? process.pending() : tracee.thread.signals.pending;
      return pending.peek(request.first + told);
    }));
    if (!info) break;
    const auto done = put(UserOut<abi::siginfo>(to), *info, told);
    if (!done) return told != 0 ? SysResult(told) : fail(done.error());
  }
  return told;
}

SysResult get_signal_mask(LinuxThread& self, int32_t id, uint64_t size, VirtAddr to) {
  const uint64_t mask = TRY(ask(self, id, [](Tracee& tracee) {
    return tracee.thread.mask_to_restore.value_or(tracee.thread.signals.mask);
  }));
  if (size != kSignalSetBytes) return fail(Errno::INVAL);
  TRY(put(UserOut<uint64_t>(to), mask));
  return 0;
}

SysResult set_signal_mask_of(LinuxThread& self, int32_t id, uint64_t size, VirtAddr from) {
  TRY(ask(self, id, [](Tracee&) { return 0; }));
  if (size != kSignalSetBytes) return fail(Errno::INVAL);
  const uint64_t mask = TRY(get(UserIn<uint64_t>(from)));
  return with_stopped(self, id, [mask](Tracee& tracee) -> SysResult {
    tasks_lock.assert_held();
    tracee.thread.mask_to_restore.reset();
    set_tracee_mask(tracee.thread, mask);
    return 0;
  });
}

// The kind of stop, and for one at a call what the call is.
SysResult get_call_info(LinuxThread& self, int32_t id, uint64_t size, VirtAddr to) {
  constexpr size_t kHeadBytes = offsetof(SyscallInfo, entry);
  constexpr size_t kExitBytes = kHeadBytes + sizeof(int64_t) + sizeof(uint8_t);
  size_t bytes = kHeadBytes;
  const SyscallInfo info = TRY(ask(self, id, [&](Tracee& tracee) {
    const hal::UserContext& context = tracee.thread.object().context();
    SyscallInfo told{};
    told.architecture = audit_architecture();
    told.pc = raw(context.pc());
    told.sp = raw(context.sp());
    if ((tracee.code & kSysGoodBit) == 0) return told;
    if (tracee.why == Tracee::Why::CallEntry) {
      told.op = SyscallInfo::kEntry;
      told.entry.number = static_cast<uint64_t>(tracee.call_number);
      std::ranges::copy(context.linux_call().args, told.entry.args);
      bytes = sizeof told;
    } else if (tracee.why == Tracee::Why::CallExit) {
      told.op = SyscallInfo::kExit;
      told.exit.value = static_cast<int64_t>(syscall_result_of(context));
      constexpr int64_t kLastError = -4095;
      told.exit.is_error = told.exit.value < 0 && told.exit.value >= kLastError;
      bytes = kExitBytes;
    }
    return told;
  }));
  const size_t told = std::min<uint64_t>(size, bytes);
  TRY(fault_of(UserOut<std::byte>(to).write_array(std::as_bytes(std::span(&info, 1)).first(told))));
  return bytes;
}

SysResult about_tracee(LinuxThread& self, uint64_t request, int32_t id, VirtAddr address,
                       uint64_t data) {
  const VirtAddr at{data};
  switch (request) {
    case kContinue:
      return resume(self, id, Tracee::Run::Continue, data);
    case kSyscall:
      return resume(self, id, Tracee::Run::Calls, data);
    case kSingleStep:
      return resume(self, id, Tracee::Run::Step, data);
    case kDetach:
      return detach(self, id, data);
    case kKill:
      return kill(self, id);
    case kInterrupt:
      return interrupt(self, id);
    case kListen:
      return listen(self, id);
    case kSetOptions:
      return set_options(self, id, data);
    case kGetEventMessage:
      return get_event_message(self, id, at);
    case kGetSignalInfo:
      return get_signal_info(self, id, at);
    case kSetSignalInfo:
      return set_signal_info(self, id, at);
    case kPeekSignalInfo:
      return peek_signals(self, id, address, at);
    case kGetSignalMask:
      return get_signal_mask(self, id, raw(address), at);
    case kSetSignalMask:
      return set_signal_mask_of(self, id, raw(address), at);
    case kGetSyscallInfo:
      return get_call_info(self, id, raw(address), at);
    default:
      return ptrace_data(self, request, id, address, data);
  }
}

}  // namespace

ErrnoOr<Tracee*> find_tracee(LinuxThread& tracer, int32_t id) {
  LinuxThread* const thread = tasks().find_thread(id);
  if (thread == nullptr || !thread->traced || thread->tracee->tracer != &tracer)
    return fail(Errno::SRCH);
  return thread->tracee.get();
}

SysResult sys_ptrace(SyscallContext& ctx, uint64_t request, int32_t pid, VirtAddr address,
                     uint64_t data) {
  LinuxThread& self = ctx.self();
  switch (request) {
    case kTraceMe:
      return trace_me(self);
    case kAttach:
      return attach(self, pid, 0, false);
    case kSeize:
      TRY(find_target(pid));
      if (raw(address) != 0 || (data & ~uint64_t{kAllOptions}) != 0) return fail(Errno::IO);
      return attach(self, pid, static_cast<uint32_t>(data), true);
    default:
      return about_tracee(self, request, pid, address, data);
  }
}

}  // namespace jacinth::linux
