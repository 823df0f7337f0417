// Where memory has run out: one program has to go.
#pragma once

#include "linux/task/linux_thread.h"

namespace jacinth::linux {

// For a thread that cannot go on without memory: ends the program that is worth most (by what it
// has in memory, and what was said about it in /proc/PID/oom_score_adj), says so in the log, and
// waits until it has gone. The first program is ended only when there is no other.
exec::Task<Status> make_room(LinuxThread& self);

// How many of 1000 parts of the memory a program counts for.
int64_t oom_score(LinuxProcess& process);

// Before the first program runs: what programs cannot have.
void keep_memory_for_kernel();

}  // namespace jacinth::linux
