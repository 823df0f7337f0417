// Stopping and continuing whole processes.
#pragma once

#include "exec/task.h"
#include "linux/task/linux_process.h"

namespace jacinth::linux {

// The current process stops, for `signal`. False: it does not, as its group is an orphan, whom
// nobody would continue.
bool stop_process(LinuxProcess& process, int32_t signal);

// Waits, as the current thread, while its process is stopped. Ends early when the thread is killed.
exec::Task<Status> wait_until_continued(LinuxThread& self);

}  // namespace jacinth::linux
