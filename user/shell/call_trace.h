// The kernel's call trace, for the processes of a command.
#pragma once

#include <zircon/types.h>

#include "shell/console.h"

namespace shell {

// From now on the kernel prints each system call of the process `koid`, and of those it starts.
void trace_process(Console& console, zx_handle_t root_resource, zx_koid_t koid);

}  // namespace shell
