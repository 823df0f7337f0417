// The call trace: a line for each traced system call.
#pragma once

#include <cstdint>

#include "object/task/thread.h"
#include "zircon/dispatch.h"

namespace jacinth::zircon {

// Prints `koid: syscall NAME(arguments) -> result` to the console.
void print_call(Thread& thread, uint64_t number, const SyscallArguments& arguments, int64_t value);

}  // namespace jacinth::zircon
