// RLIMIT_NPROC: how many threads the user of a process may have.
#pragma once

#include "linux/task/linux_process.h"

namespace jacinth::linux {

// Whether the process may make one more; root may always. AGAIN.
ErrnoOr<> check_process_limit(LinuxProcess& process);

// Who becomes a user that has too many is told so no sooner than in execve().
void note_new_user(LinuxProcess& process);
// AGAIN: there are still too many.
ErrnoOr<> check_noted_user(LinuxProcess& process);

}  // namespace jacinth::linux
