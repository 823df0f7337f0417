// Stopping for a tracer, as the current thread does it.
#pragma once

#include "exec/task.h"
#include "linux/task/linux_process.h"

namespace jacinth::linux {

struct StopReport {
  Tracee::Why why;
  uint32_t code = kSigTrap;            // as Tracee::code
  const abi::siginfo* info = nullptr;  // PTRACE_GETSIGINFO's answer; null: there is none
  uint64_t message = 0;
};

// What a stop that is no signal's says of itself.
abi::siginfo notice_of(LinuxThread& self, int32_t signal, uint32_t code);

// Until the tracer, or a kill, ends it. The signal to take now, 0: none. Without a tracer nothing
// happens: then a signal that was to be asked about is taken.
exec::Task<Result<int32_t>> stop_for_tracer(LinuxThread& self, StopReport report);

// Before or after the call it is in.
exec::Task<Result<int32_t>> stop_at_call(LinuxThread& self, Tracee::Why why);
// Within a call, if the tracer has asked for such events. The outcome does not matter.
exec::Task<Status> stop_for_event(LinuxThread& self, ptrace::Event event, uint64_t message);
// After execve. `former_id`: what the thread's number was.
exec::Task<Status> stop_after_exec(LinuxThread& self, int32_t former_id);
// The last one, of a thread that will never run again: a kill does not end it.
exec::Task<Status> stop_at_exit(LinuxThread& self);
bool wants_stop_at_exit(LinuxThread& self);

// At the border to user mode: for what Tracee notes as reasons. False: there was none.
exec::Task<Result<bool>> stop_for_trap(LinuxThread& self);
// For a signal that is about to be taken, which the tracer may change. False: it is not taken.
exec::Task<Result<bool>> ask_tracer(LinuxThread& self, abi::siginfo& info);

// What remains of single-stepping: sets the trap flag where the tracer has asked for a step.
void prepare_step(LinuxThread& self);
// The call that a step has been is over: that is a trap.
void end_step_over_call(LinuxThread& self);

}  // namespace jacinth::linux
