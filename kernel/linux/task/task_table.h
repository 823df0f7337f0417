// TaskTable: the numbers of processes, threads, groups and sessions, and how processes begin and
// end.
#pragma once

#include "linux/task/linux_process.h"

namespace jacinth::linux {

inline constexpr int32_t kMaxTaskId = 4 << 20;
inline constexpr uint32_t kMostTasks = 32768;
// Stands for the kernel where a process asks for the parent of an orphan.
inline constexpr int32_t kInitId = 1;

class TaskTable {
 public:
  // A number that nothing has; taken by entering a task with it. AGAIN: too many.
  ErrnoOr<int32_t> allocate_id() REQUIRES(tasks_lock);

  // Enters a new process as a child of `parent` (null: the kernel) by its thread `parent_thread`,
  // in the parent's group and session (else its own).
  void enter(LinuxProcess& process, LinuxProcess* parent, int32_t parent_thread,
             int32_t exit_signal) REQUIRES(tasks_lock);
  void enter(LinuxThread& thread) REQUIRES(tasks_lock);
  // Takes back what was entered and never ran.
  void withdraw(LinuxThread& thread, bool with_process);

  LinuxProcess* find_process(int32_t id) REQUIRES(tasks_lock);
  LinuxThread* find_thread(int32_t id) REQUIRES(tasks_lock);
  template <typename F>
  void for_each_process(F&& body) REQUIRES(tasks_lock) {
    for (LinuxProcess& process : processes_) body(process);
  }
  // The lowest number of a process above `after`; 0: there is none.
  int32_t next_process(int32_t after) REQUIRES(tasks_lock);
  // Whether a group of this number exists in the session.
  bool has_group(int32_t group, int32_t session) REQUIRES(tasks_lock);

  // A thread has come to its end; its memory and files are still there.
  void thread_left(LinuxThread& thread);
  // `thread` takes the number of its process.
  void take_process_id(LinuxThread& thread) REQUIRES(tasks_lock);
  // The process's object is dead.
  void process_ended(LinuxProcess& process);
  // The child has called execve or ended: a parent in vfork goes on.
  void vfork_over(LinuxProcess& child);
  // Waits, as the parent, until vfork_over(child); or until the caller is killed.
  exec::Task<Status> wait_for_vfork(RefPtr<LinuxProcess> child);

  uint32_t count() REQUIRES(tasks_lock) { return count_; }

 private:
  using Threads = IntrusiveTree<LinuxThread, &LinuxThread::table_link_, LinuxThread::IdOf>;
  using Processes = IntrusiveTree<LinuxProcess, &LinuxProcess::table_link_, LinuxProcess::IdOf>;
  friend class ChildWait;
  friend class Tracing;

  bool is_free(int32_t id) REQUIRES(tasks_lock);
  void remove(LinuxThread& thread);
  void reparent_children(LinuxProcess& process) REQUIRES(tasks_lock);
  // Tells the parent of a zombie, or reaps it where nobody will wait.
  void announce_end(LinuxProcess& process) REQUIRES(tasks_lock);
  // Drops the table's reference: the caller must have one.
  void reap(LinuxProcess& process) REQUIRES(tasks_lock);
  void warn_orphaned_groups(LinuxProcess& process) REQUIRES(tasks_lock);

  Threads threads_;
  Processes processes_;
  int32_t last_id_ = kInitId;
  bool wrapped_ = false;
  uint32_t count_ = 0;
};

// Once, before the first use.
void make_tasks();
TaskTable& tasks();

}  // namespace jacinth::linux
