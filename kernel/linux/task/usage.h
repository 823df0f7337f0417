// Resource usage as programs see it.
#pragma once

#include "linux/task/linux_process.h"

namespace jacinth::linux {

// The kernel does not tell user time from its own: it is all user time.
abi::rusage to_rusage(const Usage& usage);

}  // namespace jacinth::linux
