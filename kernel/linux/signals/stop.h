// Stopping and continuing whole processes.
#pragma once

#include "exec/task.h"
#include "linux/task/linux_process.h"

namespace jacinth::linux {

// The current process stops, for `signal`. False: it does not, as its group is an orphan, whom
// nobody would continue.
bool stop_process(LinuxProcess& process, int32_t signal);

// Whether nobody in the session, outside the process's group, is a parent of one of its members: if
// they stopped, nobody would continue them.
bool group_is_orphan(const LinuxProcess& process) REQUIRES(tasks_lock);
// SIGCHLD, and a child's status, for the parent of a process that has been continued.
void tell_parent_of_continue(LinuxProcess& process) REQUIRES(tasks_lock);

// Waits, as the current thread, while its process is stopped. Ends early when the thread is killed.
exec::Task<Status> wait_until_continued(LinuxThread& self);

}  // namespace jacinth::linux
