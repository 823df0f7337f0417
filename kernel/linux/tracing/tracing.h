// Tracing: who traces whom, and what becomes of it when one of them ends.
#pragma once

#include "linux/task/linux_process.h"

namespace jacinth::linux {

// What is no longer needed, to be destroyed when tasks_lock is free: declare it before the guard.
using Leftover = RefPtr<RefCounted>;

class Tracing {
 public:
  // Gives the thread what being traced needs, unless it has it. Before it runs, or without
  // tasks_lock. NOMEM.
  static ErrnoOr<> prepare(LinuxThread& thread);

  // After prepare(); nobody traces it yet.
  static void attach(LinuxThread& thread, LinuxThread& tracer, uint32_t options, bool seized)
      REQUIRES(tasks_lock);
  // A new task that has not run yet: traced as its parent is, where the parent's tracer wants that.
  // The event to tell the tracer; 0: none.
  static uint32_t attach_child(LinuxThread& parent, LinuxThread& child, uint64_t clone_flags,
                               int32_t exit_signal) REQUIRES(tasks_lock);
  // Nobody traces it any more. A stopped one goes on with `signal`.
  static Leftover let_go(Tracee& tracee, int32_t signal) REQUIRES(tasks_lock);
  // A stopped one goes on.
  static void resume(Tracee& tracee, Tracee::Run run, int32_t signal) REQUIRES(tasks_lock);
  // PTRACE_LISTEN, for a stopped one.
  static void listen(Tracee& tracee) REQUIRES(tasks_lock);
  // Makes it stop at the border to user mode, for a reason that has just been noted.
  static void ask_to_stop(Tracee& tracee) REQUIRES(tasks_lock);
  // Tells the tracer that there is something to wait for.
  static void tell_tracer(Tracee& tracee, int32_t cause, int32_t status) REQUIRES(tasks_lock);

  // Whether the tracer's requests reach it: stopped, and not killed meanwhile.
  static bool is_stopped(const Tracee& tracee) REQUIRES(tasks_lock);
  // Whether its first thread has a tracer in another process than its parent: then that one is told
  // of its end first.
  static bool has_foreign_tracer(const LinuxProcess& process) REQUIRES(tasks_lock);
  static bool is_traced_by_parent(const LinuxProcess& process) REQUIRES(tasks_lock);
  // The signal that has stopped the process; 0: it is not stopped.
  static int32_t stop_signal_of(const LinuxProcess& process) REQUIRES(tasks_lock);
  // The number of the thread's tracer; 0: none.
  static int32_t tracer_of(const LinuxThread& thread) REQUIRES(tasks_lock);
  // Whom PTRACE_TRACEME makes the tracer: the thread that has made the process, or another of the
  // same; null: there is no parent.
  static LinuxThread* parent_thread(const LinuxProcess& process) REQUIRES(tasks_lock);
  // Whether its tracer lets it gain privileges by execve.
  static bool may_gain_privileges(const LinuxThread& self);

  // --- Signals of the whole process.
  static void note_stop(LinuxProcess& process) REQUIRES(tasks_lock);
  static void note_continue(LinuxProcess& process) REQUIRES(tasks_lock);
  // It has just been killed: those that ended before, and wait for their tracers, go on.
  static void note_kill(LinuxProcess& process) REQUIRES(tasks_lock);

  // --- Ends.
  // A traced thread has come to its end; its exit status is known.
  static Leftover tracee_left(LinuxThread& thread) REQUIRES(tasks_lock);
  // A thread that may have traced others has.
  static void tracer_left(LinuxThread& thread);
  // The process has just become a zombie. What its parent is told comes after its tracer has
  // waited.
  static Leftover process_ended(LinuxProcess& process) REQUIRES(tasks_lock);
  // Its parent is told of the process's end, or has waited for it: then so has a tracer.
  static Leftover forget_leader(LinuxProcess& process) REQUIRES(tasks_lock);
  // `heir` has taken its process's number from the first thread, which has left.
  static Leftover leader_replaced(LinuxThread& heir) REQUIRES(tasks_lock);

 private:
  static Leftover let_first_go(const LinuxThread& tracer, bool& any) REQUIRES(tasks_lock);
};

}  // namespace jacinth::linux
