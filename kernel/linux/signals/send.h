// Sending signals.
#pragma once

#include "linux/task/linux_process.h"

namespace jacinth::linux {

// A signal that a process sends with kill() and the like.
abi::siginfo signal_from(LinuxProcess& sender, int32_t signal, int32_t code);
abi::siginfo signal_from_kernel(int32_t signal);

// How many signals wait, queued, for the processes of that (real) user, or have a place in a queue
// because they are timers'. RLIMIT_SIGPENDING.
uint64_t queued_signals_of(uint32_t user) REQUIRES(tasks_lock);

// To any thread that does not block it. AGAIN: a real-time signal that could not be queued.
ErrnoOr<> send_signal(LinuxProcess& process, const abi::siginfo& info) REQUIRES(tasks_lock);
ErrnoOr<> send_signal(LinuxThread& thread, const abi::siginfo& info) REQUIRES(tasks_lock);
// A timer's signal that is still pending: counts once more there. Nothing: it is not pending.
std::optional<int32_t> add_timer_overrun(LinuxProcess& process, LinuxThread* thread,
                                         const abi::siginfo& info) REQUIRES(tasks_lock);
// To all processes of a group. SRCH: there is none.
ErrnoOr<> send_to_group(int32_t group, const abi::siginfo& info) REQUIRES(tasks_lock);

// For what the current thread has done itself: cannot be blocked or ignored, but kills then.
void force_signal(LinuxThread& self, const abi::siginfo& info);

// Makes a thread look at its signals when some are there for it; after its mask has changed.
void recheck_signals(LinuxThread& self);
// Makes all threads do so that do not block them: the one that was to take the process's signals
// has ended, or blocks them now.
void offer_signals(LinuxProcess& process) REQUIRES(tasks_lock);
// Changes the current thread's mask; KILL and STOP stay unblocked.
void set_signal_mask(LinuxThread& self, SignalSet mask);
// The same for one that is stopped for its tracer.
void set_tracee_mask(LinuxThread& tracee, SignalSet mask) REQUIRES(tasks_lock);
// What is pending for the thread, its process's included.
SignalSet pending_for(LinuxThread& self);
// The first signal of `wanted` that is pending for the thread, taken.
std::optional<abi::siginfo> take_signal(LinuxThread& self, SignalSet wanted);

}  // namespace jacinth::linux
