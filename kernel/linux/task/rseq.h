// Restartable sequences: a program's short pieces of code that must not be interrupted half done.
//
// A thread registers an area (struct rseq), in which the kernel says on which CPU it runs, and the
// program in which sequence it is. When it goes on after it was off its CPU, or a signal's handler
// runs, within that sequence, it goes on at the sequence's abort handler instead.
#pragma once

#include "linux/task/linux_thread.h"

namespace jacinth::linux {

// Both for the current thread, which has an area, at the border to user mode. Where the area or the
// sequence is bad the program gets SIGSEGV, as it cannot go on without.

// It is about to go on: tells the CPU if it is another one. `interrupted`: perhaps in a sequence.
void renew_rseq(LinuxThread& self, bool interrupted);
void abort_rseq(LinuxThread& self);

}  // namespace jacinth::linux
