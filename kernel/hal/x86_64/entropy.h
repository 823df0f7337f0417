// Random numbers.
#pragma once

namespace jacinth::x86_64 {

// Fills the generator behind hal::entropy(), from the processor or from what little else varies.
void start_entropy();

}  // namespace jacinth::x86_64
