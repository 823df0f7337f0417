// Starting the Zircon side: the root objects, and the first program with its bootstrap message.
#pragma once

#include "base/result.h"
#include "hal/boot.h"

namespace jacinth::zircon {

// Makes root job, root resource and vDSO, loads userboot, and starts it. The machine turns itself
// off with the exit code of the last process when no process is left. On failure `*explain` says
// why in words.
Result<> start_userboot(const hal::BootInfo& info, const char** explain);

}  // namespace jacinth::zircon
