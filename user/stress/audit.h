// Looks for what the mix has lost: runs it in a process of its own and compares what the system
// uses before and after.
#pragma once

#include "supervisor.h"

namespace stress {

// The exit code: 0 when nothing was wrong and everything is back.
int audit(const Options& options);

}  // namespace stress
