// Subject: the process or thread that a node of procfs tells about.
#pragma once

#include <array>

#include "linux/task/linux_process.h"
#include "linux/task/task_table.h"

namespace jacinth::linux {

// Holds the process, not the thread: a thread is looked up each time and may be gone (SRCH).
class Subject {
 public:
  Subject(RefPtr<LinuxProcess> process, int32_t thread)
      : process_(std::move(process)), thread_(thread) {}

  LinuxProcess& process() const { return *process_; }
  // The number it is about: the thread's, or the process's when it is about that as a whole.
  int32_t id() const { return thread_ != 0 ? thread_ : process_->id(); }
  int32_t thread_id() const { return thread_; }
  // SRCH: it has been waited for, or the thread has ended.
  bool exists() const;

  // Runs body(LinuxThread&) under tasks_lock, with the thread, or the process's first. SRCH.
  template <typename F>
  auto with_thread(F&& body) const -> decltype(body(std::declval<LinuxThread&>())) {
    LockGuard guard(tasks_lock);
    LinuxThread* const thread = find_thread();
    if (thread == nullptr) return fail(Errno::SRCH);
    return body(*thread);
  }

  // Its memory; null for one that has ended.
  RefPtr<LinuxMemory> memory() const;
  std::array<char, 16> name() const;
  // Whether the current thread may look into it: the same user, or privileged. ACCES.
  ErrnoOr<> check_inspect() const;

 private:
  LinuxThread* find_thread() const REQUIRES(tasks_lock);

  RefPtr<LinuxProcess> process_;
  int32_t thread_;  // 0: the process
};

// Who its files belong to: the process's user, or the superuser where it hides itself.
struct SubjectOwner {
  uint32_t user, group;
};
SubjectOwner owner_of(LinuxProcess& process);

}  // namespace jacinth::linux
