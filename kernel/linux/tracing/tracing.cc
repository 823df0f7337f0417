#include "linux/tracing/tracing.h"

#include <utility>

#include "linux/signals/send.h"
#include "linux/task/task_table.h"
#include "linux/task/usage.h"

namespace jacinth::linux {

ErrnoOr<> Tracing::prepare(LinuxThread& thread) {
  auto made = make_unique<Tracee>(thread);
  if (!made) return fail(Errno::NOMEM);
  LockGuard guard(tasks_lock);
  if (!thread.tracee) thread.tracee = *std::move(made);
  return {};
}

// --- Beginning and end

void Tracing::attach(LinuxThread& thread, LinuxThread& tracer, uint32_t options, bool seized) {
  Tracee& tracee = *thread.tracee;
  tracee.tracer = &tracer;
  tracee.options = options;
  tracee.seized = seized;
  tracee.run = Tracee::Run::Continue;
  tracee.untold = tracee.trap_wanted = tracee.notify_wanted = false;
  tracer.process().tracees_.push_back(tracee);
  LinuxProcess& process = thread.process();
  if (thread.id() == process.id()) process.leader_tracee_ = &tracee;
  tracee.group_stop = process.stopped();
  thread.traced.store(true, std::memory_order_release);
  if (tracee.group_stop) ask_to_stop(tracee);
}

uint32_t Tracing::attach_child(LinuxThread& parent, LinuxThread& child, uint64_t clone_flags,
                               int32_t exit_signal) {
  if (!parent.traced || !child.tracee || (clone_flags & clone_flag::kUntraced) != 0) return 0;
  const Tracee& model = *parent.tracee;
  const ptrace::Event event = (clone_flags & clone_flag::kVfork) != 0 ? ptrace::kEventVfork
                              : exit_signal == kSigChld               ? ptrace::kEventFork
                                                                      : ptrace::kEventClone;
  const bool wanted = (model.options & ptrace::option_of(event)) != 0;
  if (!wanted && (clone_flags & clone_flag::kPtrace) == 0) return 0;
  attach(child, *model.tracer, model.options, model.seized);
  if (model.seized) {
    child.tracee->trap_wanted = true;
    child.object().request_attention();
  } else {
    LockGuard guard(child.process().signal_lock());
    abi::siginfo info{};
    info.signal = kSigStop;
    (void)child.signals.pending.add(info);
    child.object().request_attention();
  }
  return wanted ? event : 0;
}

Leftover Tracing::let_go(Tracee& tracee, int32_t signal) {
  LinuxThread& thread = tracee.thread;
  LinuxProcess& process = thread.process();
  auto& list = tracee.tracer->process().tracees_;
  list.erase(list.iterator_to(tracee));
  tracee.tracer = nullptr;
  tracee.options = 0;
  tracee.trap_wanted = tracee.notify_wanted = tracee.group_stop = false;
  thread.traced.store(false);
  const bool leader = process.leader_tracee_ == &tracee;
  if (leader) process.leader_tracee_ = nullptr;
  if (tracee.state == Tracee::State::Ended) {
    if (leader && process.state_ == LinuxProcess::State::Zombie) tasks().announce_end(process);
    return std::move(tracee.kept);
  }
  if (tracee.state != Tracee::State::Running) resume(tracee, Tracee::Run::Continue, signal);
  // Its process may be stopped, and so is it from now on.
  thread.object().request_attention();
  return {};
}

// --- Stops

void Tracing::resume(Tracee& tracee, Tracee::Run run, int32_t signal) {
  tracee.run = run;
  tracee.resume_signal = signal;
  tracee.untold = false;
  tracee.state = Tracee::State::Running;
  tracee.waiter->finish(Status::Ok);
}

void Tracing::listen(Tracee& tracee) {
  tracee.state = Tracee::State::Listening;
  if (tracee.notify_wanted) ask_to_stop(tracee);
}

void Tracing::ask_to_stop(Tracee& tracee) {
  LinuxThread& thread = tracee.thread;
  switch (tracee.state) {
    case Tracee::State::Running: {
      LockGuard guard(thread.process().signal_lock());
      if (thread.signals.stopped_in != nullptr) thread.signals.stopped_in->finish(Status::Ok);
      thread.object().request_attention();
      break;
    }
    case Tracee::State::Listening:
      // It stops anew as soon as it looks why it goes on.
      resume(tracee, tracee.run, 0);
      break;
    case Tracee::State::Stopped:
    case Tracee::State::Ended:
      break;
  }
}

void Tracing::tell_tracer(Tracee& tracee, int32_t cause, int32_t status) {
  LinuxProcess& tracer = tracee.tracer->process();
  const abi::sigaction action = tracer.handlers().get(kSigChld);
  const bool ends = cause == signal_code::kChildExited || cause == signal_code::kChildKilled;
  if (action.handler != signal_action::kIgnore &&
      (ends || (action.flags & signal_action::kNoChildStop) == 0)) {
    abi::siginfo info{};
    info.signal = kSigChld;
    info.code = cause;
    info.sender.pid = tracee.thread.id();
    info.sender.uid = tracee.thread.process().credentials.lock()->user.real;
    info.sender.child.status = status;
    (void)send_signal(tracer, info);
  }
  LinuxProcess::wake_all(tracer.child_watchers_);
}

bool Tracing::is_stopped(const Tracee& tracee) {
  return tracee.state == Tracee::State::Stopped &&
         (tracee.at_exit || !tracee.thread.object().killed());
}

// --- Questions

bool Tracing::has_foreign_tracer(const LinuxProcess& process) {
  return process.leader_tracee_ != nullptr &&
         &process.leader_tracee_->tracer->process() != process.parent_;
}

bool Tracing::is_traced_by_parent(const LinuxProcess& process) {
  return process.leader_tracee_ != nullptr && !has_foreign_tracer(process);
}

int32_t Tracing::stop_signal_of(const LinuxProcess& process) {
  return process.stopped() ? process.stop_signal_ : 0;
}

int32_t Tracing::tracer_of(const LinuxThread& thread) {
  return thread.traced ? thread.tracee->tracer->id() : 0;
}

LinuxThread* Tracing::parent_thread(const LinuxProcess& process) {
  LinuxProcess* const parent = process.parent_;
  if (parent == nullptr || parent->threads_.empty()) return nullptr;
  LinuxThread* const maker = tasks().find_thread(process.parent_thread_);
  const bool there = maker != nullptr && &maker->process() == parent;
  return there ? maker : &parent->threads_.front();
}

bool Tracing::may_gain_privileges(const LinuxThread& self) {
  if (!self.traced) return true;
  LockGuard guard(tasks_lock);
  if (!self.traced) return true;
  constexpr uint64_t kCapPtrace = uint64_t{1} << 19;
  const LinuxProcess& tracer = self.tracee->tracer->process();
  return (const_cast<LinuxProcess&>(tracer).credentials.lock()->capabilities.effective &
          kCapPtrace) != 0;
}

// --- Signals of the whole process

void Tracing::note_stop(LinuxProcess& process) {
  for (LinuxThread& thread : process.threads_) {
    if (!thread.traced) continue;
    thread.tracee->group_stop = true;
    ask_to_stop(*thread.tracee);
  }
}

void Tracing::note_continue(LinuxProcess& process) {
  for (LinuxThread& thread : process.threads_) {
    if (!thread.traced) continue;
    thread.tracee->group_stop = false;
    if (!thread.tracee->seized) continue;
    thread.tracee->notify_wanted = true;
    ask_to_stop(*thread.tracee);
  }
}

void Tracing::note_kill(LinuxProcess& process) {
  for (LinuxThread& thread : process.threads_) {
    if (!thread.traced) continue;
    Tracee& tracee = *thread.tracee;
    if (tracee.at_exit && tracee.state == Tracee::State::Stopped)
      resume(tracee, Tracee::Run::Continue, 0);
  }
}

// --- Ends

Leftover Tracing::tracee_left(LinuxThread& thread) {
  Tracee& tracee = *thread.tracee;
  LinuxProcess& process = thread.process();
  tracee.state = Tracee::State::Ended;
  tracee.kept = RefPtr<RefCounted>(&thread);
  tracee.end = {.pid = thread.id(),
                .uid = process.credentials.lock()->user.real,
                .usage = usage_of(thread.object())};
  tracee.end.set_end(process.end_status(thread));
  // The first thread's end is its process's, which is told when the others have ended as well.
  if (process.leader_tracee_ == &tracee) return {};
  const abi::sigaction action = tracee.tracer->process().handlers().get(kSigChld);
  tell_tracer(tracee, tracee.end.code, tracee.end.status);
  const bool nobody_waits =
      action.handler == signal_action::kIgnore || (action.flags & signal_action::kNoChildWait) != 0;
  return nobody_waits ? let_go(tracee, 0) : Leftover();
}

Leftover Tracing::let_first_go(const LinuxThread& tracer, bool& any) {
  for (Tracee& tracee : tracer.process().tracees_) {
    if (tracee.tracer != &tracer) continue;
    any = true;
    LinuxThread& thread = tracee.thread;
    const bool kills =
        (tracee.options & ptrace::kOptionExitKill) != 0 && tracee.state != Tracee::State::Ended;
    Leftover left = let_go(tracee, tracee.resume_signal);
    if (kills) (void)send_signal(thread.process(), signal_from_kernel(kSigKill));
    return left;
  }
  any = false;
  return {};
}

void Tracing::tracer_left(LinuxThread& thread) {
  for (bool any = true; any;) {
    Leftover left;
    LockGuard guard(tasks_lock);
    left = let_first_go(thread, any);
  }
}

Leftover Tracing::process_ended(LinuxProcess& process) {
  if (!has_foreign_tracer(process)) return forget_leader(process);
  tell_tracer(*process.leader_tracee_, process.end_.code, process.end_.status);
  return {};
}

Leftover Tracing::forget_leader(LinuxProcess& process) {
  Tracee* const tracee = std::exchange(process.leader_tracee_, nullptr);
  return tracee == nullptr ? Leftover() : let_go(*tracee, 0);
}

Leftover Tracing::leader_replaced(LinuxThread& heir) {
  LinuxProcess& process = heir.process();
  Leftover left;
  if (process.leader_tracee_ != nullptr) {
    LinuxProcess& tracer = process.leader_tracee_->tracer->process();
    left = let_go(*process.leader_tracee_, 0);
    LinuxProcess::wake_all(tracer.child_watchers_);
  }
  if (heir.traced) process.leader_tracee_ = heir.tracee.get();
  return left;
}

}  // namespace jacinth::linux
