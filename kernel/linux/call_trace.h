// Printing system calls as programs make them.
#pragma once

#include "linux/call_table.h"

namespace jacinth::linux {

// `entry` is null for a number that is no call.
void print_call(Thread& thread, const hal::LinuxCall& call, const CallEntry* entry,
                const SysResult& result);

}  // namespace jacinth::linux
