// What the calls that move bytes share.
#pragma once

#include "linux/syscall_context.h"

namespace jacinth::linux {

// SIGPIPE: nobody reads what the thread has tried to write.
void raise_broken_pipe(LinuxThread& self);

// The soft limit on descriptors.
uint64_t file_limit(SyscallContext& ctx);

}  // namespace jacinth::linux
