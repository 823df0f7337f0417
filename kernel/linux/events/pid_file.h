// Processes as files (pidfd_open, CLONE_PIDFD).
#pragma once

#include "fs/file.h"
#include "linux/task/linux_process.h"

namespace jacinth::linux {

// Becomes readable when the process has ended, and hangs up when it has been waited for. Names the
// process for good: its number may come again, this does not.
ErrnoOr<RefPtr<fs::File>> make_pid_file(LinuxProcess& process, uint32_t flags);

// The process behind such a file; null for others.
LinuxProcess* process_of(fs::File& file);

}  // namespace jacinth::linux
