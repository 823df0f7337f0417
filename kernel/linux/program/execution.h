// execve: a task becomes another program.
#pragma once

#include "linux/program/load.h"
#include "linux/syscall_context.h"

namespace jacinth::linux {

// Runs the program at `path` in the current task, with these strings as arguments and environment.
// An error leaves the task as it was. Where it can no longer be, it is killed instead.
exec::Task<ErrnoOr<>> execute(LinuxThread& self, fs::Path place, Vector<char> name,
                              ProgramStrings strings);

}  // namespace jacinth::linux
