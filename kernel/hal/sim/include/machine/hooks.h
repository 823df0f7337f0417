// What base/ asks of the machine, inline where the machine has nothing to say.
#pragma once

namespace jacinth {

// False when a test wants this allocation to fail (hal/sim/faults.h).
bool allocation_may_succeed();
// Lets the scheduler switch to another virtual CPU (hal/sim/scheduler.cc).
void interleave_point();

}  // namespace jacinth
