#include "linux/signals/deliver.h"

#include <utility>

#include "linux/arch.h"
#include "linux/signals/send.h"
#include "linux/signals/stop.h"
#include "linux/task/rseq.h"
#include "linux/task/task_table.h"
#include "linux/tracing/trace_stop.h"

namespace jacinth::linux {
namespace {

// --- Interrupted calls

bool is_restarted(Errno how, const abi::sigaction& action) {
  if (how == Errno::RESTARTNOINTR) return true;
  return how == Errno::RESTARTSYS && (action.flags & signal_action::kRestart) != 0;
}

void end_interrupted(LinuxThread& self) {
  self.object().context().set_syscall_result(
      static_cast<uint64_t>(-static_cast<int64_t>(Errno::INTR)));
}

// A handler runs: the call is made again after it, or has failed.
void settle_call_for_handler(LinuxThread& self, const abi::sigaction& action) {
  const auto how = std::exchange(self.interrupted_by, std::nullopt);
  if (!how) return;
  if (is_restarted(*how, action)) {
    self.object().context().undo_linux_call(self.call);
  } else {
    end_interrupted(self);
  }
}

// No handler runs: the program must not notice.
void settle_call(LinuxThread& self) {
  const auto how = std::exchange(self.interrupted_by, std::nullopt);
  if (!how) return;
  hal::LinuxCall again = self.call;
  if (*how == Errno::RESTART_RESTARTBLOCK) again.number = restart_call_number();
  self.object().context().undo_linux_call(again);
}

void restore_mask(LinuxThread& self) {
  if (const auto mask = std::exchange(self.mask_to_restore, std::nullopt))
    set_signal_mask(self, *mask);
}

// --- Handlers

bool is_on(const abi::sigaltstack& stack, uint64_t pointer) {
  return pointer - stack.base <= stack.size && pointer != stack.base;
}

// Where the frame goes.
void choose_stack(const LinuxThread& self, SignalDelivery& delivery) {
  const uint64_t now = raw(self.object().context().sp());
  const abi::sigaltstack& alt = self.alt_stack;
  const bool enabled = (alt.flags & alt_stack::kDisable) == 0 && alt.size != 0;
  delivery.alt_stack = alt;
  delivery.stack = VirtAddr{now};
  if (!enabled) return;
  const bool inside = is_on(alt, now);
  if (inside) delivery.stack_limit = VirtAddr{alt.base};
  if ((delivery.action.flags & signal_action::kOnStack) == 0 || inside) return;
  delivery.stack = VirtAddr{alt.base + alt.size};
  delivery.stack_limit = VirtAddr{alt.base};
}

// False: its stack cannot take the frame.
bool run_handler(LinuxThread& self, const abi::siginfo& info, const abi::sigaction& action) {
  const SignalSet mask = self.signals.mask;
  SignalDelivery delivery{};
  delivery.info = info;
  delivery.action = action;
  delivery.old_mask = std::exchange(self.mask_to_restore, std::nullopt).value_or(mask);
  delivery.trampoline = VirtAddr{self.process().memory().layout.trampoline};
  choose_stack(self, delivery);
  hal::release_fpu(self.object().context());
  // The handler returns to where such a sequence is begun anew.
  if (raw(self.rseq.area) != 0) abort_rseq(self);
  if (!push_signal_frame(self.object().context(), delivery)) return false;
  if ((static_cast<uint32_t>(self.alt_stack.flags) & alt_stack::kAutoDisarm) != 0)
    self.alt_stack = {.base = 0, .flags = alt_stack::kDisable, .padding = 0, .size = 0};
  SignalSet blocked = mask | action.mask;
  if ((action.flags & signal_action::kNoDefer) == 0) blocked |= bit_of(info.signal);
  set_signal_mask(self, blocked);
  return true;
}

// False: nothing more is to be taken, the process ends or has stopped.
bool take(LinuxThread& self, const abi::siginfo& info) {
  LinuxProcess& process = self.process();
  const abi::sigaction action = process.handlers().use(info.signal);
  if (action.handler == signal_action::kIgnore && info.signal != kSigKill) return true;
  if (action.handler > signal_action::kIgnore) {
    settle_call_for_handler(self, action);
    if (run_handler(self, info, action)) return true;
    process.exit_group(kSigSegv);
    return false;
  }
  switch (default_action(info.signal)) {
    case DefaultAction::Ignore:
    case DefaultAction::Continue:
      return true;
    case DefaultAction::Stop:
      return !stop_process(process, info.signal);
    case DefaultAction::Terminate:
      process.exit_group(info.signal);
      return false;
  }
  return false;
}

exec::Task<Status> stay_stopped(LinuxThread& self) {
  (void)co_await wait_until_continued(self);
  // What has come meanwhile is looked at anew.
  self.object().request_attention();
  co_return Status::Ok;
}

bool has_handler(LinuxThread& self, int32_t signal) {
  return self.process().handlers().get(signal).handler > signal_action::kIgnore;
}

// A step has led into a handler, where it ends.
exec::Task<Status> end_step_into_handler(LinuxThread& self) {
  const abi::siginfo info = notice_of(self, kSigTrap, kSigTrap);
  (void)co_await stop_for_tracer(self, {.why = Tracee::Why::Event, .info = &info});
  co_return Status::Ok;
}

// As deliver_signals(), for a thread whose tracer is asked about each signal.
exec::Task<Status> deliver_to_tracee(LinuxThread& self) {
  const bool in_call = self.interrupted_by.has_value();
  self.tracee->call_number = in_call ? static_cast<int32_t>(self.call.number) : -1;
  for (;;) {
    const auto stopped = co_await stop_for_trap(self);
    if (stopped.value_or(false)) continue;
    if (!self.traced && self.process().stopped()) co_return co_await stay_stopped(self);
    auto info = take_signal(self, ~self.signals.mask);
    if (!info) break;
    if (info->signal != kSigKill) {
      const auto wanted = co_await ask_tracer(self, *info);
      if (!wanted.value_or(true)) continue;
    }
    const bool handled = has_handler(self, info->signal);
    (void)take(self, *info);
    if (self.object().killed()) co_return Status::Ok;
    if (handled && self.tracee->run == Tracee::Run::Step)
      (void)co_await end_step_into_handler(self);
  }
  settle_call(self);
  restore_mask(self);
  prepare_step(self);
  co_return Status::Ok;
}

}  // namespace

bool is_on_alt_stack(const LinuxThread& self) {
  const bool enabled = (self.alt_stack.flags & alt_stack::kDisable) == 0;
  return enabled && is_on(self.alt_stack, raw(self.object().context().sp()));
}

exec::Eventually<Status> deliver_signals(Thread& thread) {
  LinuxThread& self = LinuxThread::of(thread);
  if (self.traced.load(std::memory_order_acquire)) [[unlikely]] {
    auto delivery = deliver_to_tracee(self);
    if (delivery.allocated()) return delivery;
  }
  if (self.process().stopped()) return stay_stopped(self);
  while (const auto info = take_signal(self, ~self.signals.mask)) {
    if (take(self, *info)) continue;
    if (self.process().stopped()) return stay_stopped(self);
    return Status::Ok;
  }
  settle_call(self);
  restore_mask(self);
  return Status::Ok;
}

exec::Eventually<Status> deliver_exception_signal(Thread& thread, const ExceptionReport& report) {
  LinuxThread& self = LinuxThread::of(thread);
  abi::siginfo info{};
  if (report.type == ExceptionType::FatalPageFault) {
    const auto mapping = self.process().memory().space()->mapping_of(report.address);
    // Mapped, and the access is allowed: there is nothing behind it, or no memory for it.
    const bool beyond = mapping && report.access != hal::Access::None &&
                        hal::includes(mapping->access, report.access);
    info.signal = beyond ? kSigBus : kSigSegv;
    info.code = beyond    ? signal_code::kBusAddress
                : mapping ? signal_code::kSegvAccess
                          : signal_code::kSegvMap;
    info.fault.address = raw(report.address);
  } else {
    const FaultSignal signal = signal_of_exception(report.vector, report.code);
    info.signal = signal.signal;
    info.code = signal.code;
    info.fault.address = signal.code == signal_code::kKernel ? 0 : raw(thread.context().pc());
  }
  force_signal(self, info);
  return Status::Ok;
}

}  // namespace jacinth::linux
