// Resource usage as programs see it.
#pragma once

#include "linux/task/linux_process.h"

namespace jacinth::linux {

abi::rusage to_rusage(const Usage& usage);
// Of one thread.
Usage usage_of(const Thread& thread);

}  // namespace jacinth::linux
