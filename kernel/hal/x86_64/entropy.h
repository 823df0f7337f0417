// Random numbers.
#pragma once

#include "hal/bare_common/random_pool.h"

namespace jacinth::x86_64 {

// Fills the generator behind hal::entropy(), from the processor or from what little else varies.
void start_entropy();
// That generator, for devices to add to.
hal::RandomPool& random_pool();

}  // namespace jacinth::x86_64
