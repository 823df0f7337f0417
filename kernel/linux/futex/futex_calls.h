// Going on with an interrupted wait for a futex.
#pragma once

#include "linux/syscall_context.h"

namespace jacinth::linux {

// For restart_syscall(), with what the wait left in LinuxThread::restart.
exec::Task<SysResult> restart_futex_wait(LinuxThread& self);

}  // namespace jacinth::linux
