// What base/ asks of the machine, inline where the machine has nothing to say.
#pragma once

namespace jacinth {

// False when a test wants this allocation to fail (hal/sim/faults.h).
bool allocation_may_succeed();

}  // namespace jacinth
