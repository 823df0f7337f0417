#include "linux/tracing/trace_stop.h"

#include <utility>

#include "linux/arch.h"
#include "linux/signals/send.h"
#include "linux/tracing/tracing.h"

namespace jacinth::linux {
namespace {

using Why = Tracee::Why;

void set_trap_flag(LinuxThread& self, uint32_t on) {
  (void)self.object().context().write_regs(hal::RegisterSet::SingleStep,
                                           std::as_bytes(std::span(&on, 1)));
}

// The current thread's tracee, if it still has a tracer.
Tracee* tracee_of(LinuxThread& self) REQUIRES(tasks_lock) {
  return self.traced ? self.tracee.get() : nullptr;
}

void begin_stop(LinuxThread& self, exec::Waiter& waiter, const StopReport& report, bool at_exit) {
  // Here, on its own CPU, so that its tracer need not reach for its registers.
  hal::release_fpu(self.object().context());
  LockGuard guard(tasks_lock);
  Tracee& tracee = *self.tracee;
  tracee.resume_signal = report.why == Why::Signal ? static_cast<int32_t>(report.code) : 0;
  tracee.waiter = &waiter;
  if (tracee.tracer == nullptr) {
    waiter.finish(Status::Ok);
    return;
  }
  if (tracee.run == Tracee::Run::Step) set_trap_flag(self, 0);
  tracee.state = Tracee::State::Stopped;
  tracee.why = report.why;
  tracee.code = report.code;
  tracee.untold = true;
  tracee.at_exit = at_exit;
  tracee.has_info = report.info != nullptr;
  if (tracee.has_info) tracee.info = *report.info;
  tracee.message = report.message;
  // Any stop is the one that was asked for.
  tracee.trap_wanted = false;
  const bool group = report.why == Why::Trap || report.why == Why::Group;
  Tracing::tell_tracer(tracee, group ? signal_code::kChildStopped : signal_code::kChildTrapped,
                       static_cast<int32_t>(report.code & 0x7f));
}

int32_t end_stop(LinuxThread& self) {
  bool steps = false;
  int32_t signal = 0;
  {
    LockGuard guard(tasks_lock);
    Tracee& tracee = *self.tracee;
    tracee.waiter = nullptr;
    // It has been killed.
    if (tracee.state != Tracee::State::Running) tracee.state = Tracee::State::Running;
    tracee.untold = false;
    steps =
        tracee.tracer != nullptr && tracee.run == Tracee::Run::Step && tracee.why != Why::CallEntry;
    signal = self.object().killed() ? 0 : tracee.resume_signal;
  }
  // Wherever it stopped: on its way to user mode it looks whether it is to step.
  if (steps) self.object().request_attention();
  // Those that came meanwhile were perhaps left to it alone.
  recheck_signals(self);
  return signal;
}

bool wants(LinuxThread& self, uint32_t option) {
  if (!self.traced) return false;
  LockGuard guard(tasks_lock);
  const Tracee* const tracee = tracee_of(self);
  return tracee != nullptr && (tracee->options & option) != 0;
}

// An event, whether it was asked for or not.
exec::Task<Status> report_event(LinuxThread& self, ptrace::Event event, uint64_t message) {
  const uint32_t code = kSigTrap | event << 8;
  const abi::siginfo info = notice_of(self, kSigTrap, code);
  const int64_t before =
      std::exchange(self.tracee->call_number, static_cast<int64_t>(self.call.number));
  (void)co_await stop_for_tracer(
      self, {.why = Why::Event, .code = code, .info = &info, .message = message});
  self.tracee->call_number = before;
  co_return Status::Ok;
}

}  // namespace

abi::siginfo notice_of(LinuxThread& self, int32_t signal, uint32_t code) {
  abi::siginfo info{};
  info.signal = signal;
  info.code = static_cast<int32_t>(code);
  info.sender.pid = self.id();
  info.sender.uid = self.process().credentials.lock()->user.real;
  return info;
}

exec::Task<Result<int32_t>> stop_for_tracer(LinuxThread& self, StopReport report) {
  exec::Waiter waiter;
  auto wait = self.object().wait_in_exception(waiter);
  const int32_t unasked = report.why == Why::Signal ? static_cast<int32_t>(report.code) : 0;
  if (!wait.allocated()) co_return unasked;
  if (!self.object().enter_exception({}, ExceptionHandler::Debugger, waiter)) co_return 0;
  begin_stop(self, waiter, report, false);
  (void)co_await std::move(wait);
  co_return end_stop(self);
}

exec::Task<Result<int32_t>> stop_at_call(LinuxThread& self, Why why) {
  const uint32_t code = kSigTrap | (wants(self, ptrace::kOptionSysGood) ? ptrace::kSysGoodBit : 0u);
  const abi::siginfo info = notice_of(self, kSigTrap, code);
  co_return co_await stop_for_tracer(
      self, {.why = why,
             .code = code,
             .info = &info,
             .message = why == Why::CallEntry ? ptrace::kMessageEntry : ptrace::kMessageExit});
}

exec::Task<Status> stop_for_event(LinuxThread& self, ptrace::Event event, uint64_t message) {
  if (!wants(self, ptrace::option_of(event))) co_return Status::Ok;
  co_return co_await report_event(self, event, message);
}

exec::Task<Status> stop_after_exec(LinuxThread& self, int32_t former_id) {
  if (wants(self, ptrace::option_of(ptrace::kEventExec)))
    co_return co_await report_event(self, ptrace::kEventExec, static_cast<uint64_t>(former_id));
  LockGuard guard(tasks_lock);
  const Tracee* const tracee = tracee_of(self);
  // Tracers from before there were events know it by a signal.
  if (tracee != nullptr && !tracee->seized)
    (void)send_signal(self, signal_from(self.process(), kSigTrap, signal_code::kUser));
  co_return Status::Ok;
}

bool wants_stop_at_exit(LinuxThread& self) {
  return wants(self, ptrace::option_of(ptrace::kEventExit));
}

exec::Task<Status> stop_at_exit(LinuxThread& self) {
  const uint32_t code = kSigTrap | ptrace::kEventExit << 8;
  const abi::siginfo info = notice_of(self, kSigTrap, code);
  const auto status = static_cast<uint32_t>(self.process().end_status(self));
  exec::Waiter waiter;
  begin_stop(self, waiter, {.why = Why::Event, .code = code, .info = &info, .message = status},
             true);
  const Status ended = co_await waiter.wait(kForever, {}, exec::Interruptible::No);
  (void)end_stop(self);
  co_return ended;
}

exec::Task<Result<bool>> stop_for_trap(LinuxThread& self) {
  StopReport report{.why = Why::Group};
  abi::siginfo info;
  {
    LockGuard guard(tasks_lock);
    Tracee* const tracee = tracee_of(self);
    if (tracee == nullptr) co_return false;
    const bool asked = tracee->trap_wanted || tracee->notify_wanted || tracee->group_stop;
    if (!asked) co_return false;
    const int32_t stop = Tracing::stop_signal_of(self.process());
    tracee->trap_wanted = tracee->notify_wanted = tracee->group_stop = false;
    if (tracee->seized) {
      const int32_t signal = stop != 0 ? stop : kSigTrap;
      report.code = static_cast<uint32_t>(signal) | ptrace::kEventStop << 8;
      info = notice_of(self, signal, report.code);
      report.why = Why::Trap;
      report.info = &info;
    } else {
      if (stop == 0) co_return false;
      report.code = static_cast<uint32_t>(stop);
    }
  }
  (void)co_await stop_for_tracer(self, report);
  co_return true;
}

namespace {

// What the tracer has made of the signal; nothing if it has just been queued again.
bool apply_answer(LinuxThread& self, int32_t signal, abi::siginfo& info) {
  LockGuard guard(tasks_lock);
  if (Tracee* const tracee = tracee_of(self); tracee != nullptr) {
    info = tracee->info;
    if (signal != info.signal)
      info = signal_from(tracee->tracer->process(), signal, signal_code::kUser);
  }
  info.signal = signal;
  if ((self.signals.mask & bit_of(signal)) == 0) return true;
  (void)send_signal(self, info);
  return false;
}

}  // namespace

exec::Task<Result<bool>> ask_tracer(LinuxThread& self, abi::siginfo& info) {
  const auto code = static_cast<uint32_t>(info.signal);
  const auto signal =
      co_await stop_for_tracer(self, {.why = Why::Signal, .code = code, .info = &info});
  if (!signal) co_return true;
  co_return *signal != 0 && apply_answer(self, *signal, info);
}

void prepare_step(LinuxThread& self) {
  if (self.traced && self.tracee->run == Tracee::Run::Step) set_trap_flag(self, 1);
}

void end_step_over_call(LinuxThread& self) {
  if (!self.traced || self.tracee->run != Tracee::Run::Step) return;
  set_trap_flag(self, 0);
  abi::siginfo info{};
  info.signal = kSigTrap;
  info.code = signal_code::kTrapBreakpoint;
  info.fault.address = raw(self.object().context().pc());
  force_signal(self, info);
}

}  // namespace jacinth::linux
