// Starting the Linux personality.
#pragma once

#include "base/result.h"
#include "exec/task.h"
#include "hal/boot.h"

namespace jacinth::linux {

// Unpacks the RAM disk, makes the first process and has it run the program that `info` asks for.
// The machine is powered off when that process ends, with its status. On failure *explain says what
// went wrong.
Result<> start(const hal::BootInfo& info, const char** explain);

// The first process begins in the kernel, by becoming its program.
class LinuxProcess;
class LinuxThread;
bool is_first_program(const LinuxProcess& process);
exec::Task<Status> run_first_program(LinuxThread& self);

// A process has ended; `status` as wait4 gives it.
void note_process_end(int32_t id, int32_t status);

}  // namespace jacinth::linux
