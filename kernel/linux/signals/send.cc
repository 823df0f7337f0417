#include "linux/signals/send.h"

#include "linux/events/signal_file.h"
#include "linux/signals/stop.h"
#include "linux/task/task_table.h"
#include "linux/tracing/tracing.h"

namespace jacinth::linux {

// Sending, with tasks_lock held throughout and the process's signal lock where it says so.
class SignalSender {
 public:
  static ErrnoOr<> send(LinuxProcess& process, LinuxThread* thread, const abi::siginfo& info)
      REQUIRES(tasks_lock);

 private:
  static bool is_dropped(LinuxProcess& process, LinuxThread* thread, int32_t signal)
      REQUIRES(tasks_lock, process.signal_lock());
  // STOP signals and CONT do these even where they are blocked or ignored.
  static void cancel_opposites(LinuxProcess& process, int32_t signal)
      REQUIRES(tasks_lock, process.signal_lock());
  // True: the process has been stopped until now.
  static bool end_stop(LinuxProcess& process) REQUIRES(tasks_lock, process.signal_lock());
  // What becomes of a signal where its user has many waiting: it is queued; it is pending, and what
  // its sender has told is lost; it is refused.
  enum class Room : uint8_t { Whole, SignalAlone, None };
  static Room room_for(LinuxProcess& process, const abi::siginfo& info) REQUIRES(tasks_lock);
  static ErrnoOr<> queue(LinuxProcess& process, LinuxThread* thread, const abi::siginfo& info,
                         Room room) REQUIRES(tasks_lock, process.signal_lock());
  static void wake_for(LinuxProcess& process, LinuxThread* thread, int32_t signal)
      REQUIRES(tasks_lock, process.signal_lock());
};

bool SignalSender::is_dropped(LinuxProcess& process, LinuxThread* thread, int32_t signal) {
  if (!process.handlers().ignores(signal)) return false;
  // Tracers want to know of all.
  if (thread != nullptr ? thread->traced : process.threads().front().traced) return false;
  // Blocked, it may be wanted later; and somebody may be waiting for it.
  const LinuxThread& target = thread != nullptr ? *thread : process.threads().front();
  return ((target.signals.mask | target.signals.waits_for) & bit_of(signal)) == 0;
}

// A signal that stops cancels one that continues, and the other way round.
void SignalSender::cancel_opposites(LinuxProcess& process, int32_t signal) {
  const bool stops = (kStopSignals & bit_of(signal)) != 0;
  if (!stops && signal != kSigCont) return;
  const SignalSet cancelled = stops ? bit_of(kSigCont) : kStopSignals;
  process.pending_.remove(cancelled);
  for (LinuxThread& thread : process.threads_) thread.signals.pending.remove(cancelled);
}

bool SignalSender::end_stop(LinuxProcess& process) {
  if (!process.stopped_.exchange(false)) return false;
  for (LinuxThread& thread : process.threads_) {
    if (thread.signals.stopped_in != nullptr) thread.signals.stopped_in->finish(Status::Ok);
  }
  process.unreported_stop_ = 0;
  process.unreported_continue_ = true;
  return true;
}

// The kernel's own and kill()'s ordinary signals are always queued: there is one of each at most.
// Timers have had their place since they were made.
SignalSender::Room SignalSender::room_for(LinuxProcess& process, const abi::siginfo& info) {
  const bool realtime = info.signal >= kFirstRealtimeSignal;
  if (info.code == signal_code::kTimer || (!realtime && info.code >= 0)) return Room::Whole;
  const uint64_t limit = process.limits.lock()->of[kLimitSigpending].soft;
  const uint32_t user = process.credentials.lock()->user.real;
  if (limit == kUnlimited || queued_signals_of(user) < limit) return Room::Whole;
  return realtime && info.code != signal_code::kUser ? Room::None : Room::SignalAlone;
}

void SignalSender::wake_for(LinuxProcess& process, LinuxThread* thread, int32_t signal) {
  const SignalSet bit = bit_of(signal);
  auto wants = [bit](const LinuxThread& candidate) {
    tasks_lock.assert_held();
    if (candidate.traced && Tracing::is_stopped(*candidate.tracee)) return false;
    return (candidate.signals.mask & bit) == 0 || (candidate.signals.waits_for & bit) != 0;
  };
  if (thread != nullptr) {
    if (wants(*thread)) thread->object().request_attention();
    return;
  }
  // Whoever waits for it in particular comes first, then the process's first thread.
  LinuxThread* chosen = nullptr;
  for (LinuxThread& candidate : process.threads()) {
    if (!wants(candidate)) continue;
    if (chosen == nullptr || (candidate.signals.waits_for & bit) != 0) chosen = &candidate;
  }
  if (chosen != nullptr) chosen->object().request_attention();
}

ErrnoOr<> SignalSender::queue(LinuxProcess& process, LinuxThread* thread, const abi::siginfo& info,
                              Room room) {
  if (is_dropped(process, thread, info.signal)) return {};
  if (room == Room::None) return fail(Errno::AGAIN);
  PendingSignals& pending = thread != nullptr ? thread->signals.pending : process.pending_;
  if (room == Room::SignalAlone) {
    pending.add_alone(info.signal);
  } else if (!pending.add(info)) {
    return fail(Errno::AGAIN);
  }
  wake_for(process, thread, info.signal);
  SignalFile::note_sent(info.signal);
  return {};
}

ErrnoOr<> SignalSender::send(LinuxProcess& process, LinuxThread* thread, const abi::siginfo& info) {
  if (process.state_ != LinuxProcess::State::Alive || process.threads_.empty()) return {};
  if (info.signal == kSigKill) {
    if (!process.exiting()) Tracing::note_kill(process);
    process.exit_group(info.signal);
    return {};
  }
  const bool continues = info.signal == kSigCont;
  if (continues) Tracing::note_continue(process);
  const Room room = room_for(process, info);
  ErrnoOr<> sent;
  bool continued = false;
  {
    LockGuard guard(process.signal_lock_);
    cancel_opposites(process, info.signal);
    sent = queue(process, thread, info, room);
    // Whoever goes on finds the signal, and takes it together with those that came before.
    continued = continues && end_stop(process);
  }
  if (continued) tell_parent_of_continue(process);
  return sent;
}

uint64_t queued_signals_of(uint32_t user) {
  uint64_t count = 0;
  tasks().for_each_process([&](LinuxProcess& process) {
    tasks_lock.assert_held();
    if (process.credentials.lock()->user.real != user) return;
    count += process.timers.count() + process.queued_signals();
    for (const LinuxThread& thread : process.threads()) count += thread.signals.pending.queued();
  });
  return count;
}

ErrnoOr<> send_signal(LinuxProcess& process, const abi::siginfo& info) {
  return SignalSender::send(process, nullptr, info);
}

ErrnoOr<> send_signal(LinuxThread& thread, const abi::siginfo& info) {
  return SignalSender::send(thread.process(), &thread, info);
}

std::optional<int32_t> add_timer_overrun(LinuxProcess& process, LinuxThread* thread,
                                         const abi::siginfo& info) {
  LockGuard guard(process.signal_lock());
  PendingSignals& pending = thread != nullptr ? thread->signals.pending : process.pending();
  return pending.add_overrun(info);
}

ErrnoOr<> send_to_group(int32_t group, const abi::siginfo& info) {
  bool found = false;
  tasks().for_each_process([&](LinuxProcess& process) {
    tasks_lock.assert_held();
    if (process.group() != group) return;
    found = true;
    (void)send_signal(process, info);
  });
  if (!found) return fail(Errno::SRCH);
  return {};
}

abi::siginfo signal_from(LinuxProcess& sender, int32_t signal, int32_t code) {
  abi::siginfo info{};
  info.signal = signal;
  info.code = code;
  info.sender.pid = sender.id();
  info.sender.uid = sender.credentials.lock()->user.real;
  return info;
}

abi::siginfo signal_from_kernel(int32_t signal) {
  abi::siginfo info{};
  info.signal = signal;
  info.code = signal_code::kKernel;
  return info;
}

void force_signal(LinuxThread& self, const abi::siginfo& info) {
  LinuxProcess& process = self.process();
  const SignalSet bit = bit_of(info.signal);
  LockGuard guard(process.signal_lock());
  const bool ignored = process.handlers().get(info.signal).handler == signal_action::kIgnore;
  if (ignored || (self.signals.mask & bit) != 0) {
    process.handlers().make_default(info.signal);
    self.signals.mask &= ~bit;
  }
  (void)self.signals.pending.add(info);
  self.object().request_attention();
}

void recheck_signals(LinuxThread& self) {
  LinuxProcess& process = self.process();
  LockGuard guard(process.signal_lock());
  const SignalSet pending = self.signals.pending.set() | process.pending().set();
  if ((pending & ~self.signals.mask) != 0) self.object().request_attention();
}

void offer_signals(LinuxProcess& process) {
  LockGuard guard(process.signal_lock());
  const SignalSet pending = process.pending().set();
  if (pending == 0) return;
  for (LinuxThread& thread : process.threads()) {
    if ((pending & ~thread.signals.mask) != 0) thread.object().request_attention();
  }
}

namespace {

// True: it leaves signals of its process to others.
bool change_mask(LinuxThread& thread, SignalSet mask) {
  LinuxProcess& process = thread.process();
  bool leaves_some = false;
  {
    LockGuard guard(process.signal_lock());
    thread.signals.mask = mask & ~kUnblockable;
    leaves_some = (process.pending().set() & thread.signals.mask) != 0;
  }
  recheck_signals(thread);
  return leaves_some;
}

}  // namespace

void set_signal_mask(LinuxThread& self, SignalSet mask) {
  if (!change_mask(self, mask)) return;
  LockGuard guard(tasks_lock);
  offer_signals(self.process());
}

void set_tracee_mask(LinuxThread& tracee, SignalSet mask) {
  if (change_mask(tracee, mask)) offer_signals(tracee.process());
}

SignalSet pending_for(LinuxThread& self) {
  LinuxProcess& process = self.process();
  LockGuard guard(process.signal_lock());
  return self.signals.pending.set() | process.pending().set();
}

std::optional<abi::siginfo> take_signal(LinuxThread& self, SignalSet wanted) {
  LinuxProcess& process = self.process();
  LockGuard guard(process.signal_lock());
  // The thread's own faults come before anything that others have sent, and its own signals before
  // its process's.
  const bool own = (self.signals.pending.set() & wanted) != 0;
  return own ? self.signals.pending.take(wanted) : process.pending().take(wanted);
}

}  // namespace jacinth::linux
