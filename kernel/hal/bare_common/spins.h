// Counts how often, how long and where CPUs spin (hal/spin_report.h).
#pragma once

#include <cstdint>

namespace jacinth::hal {

// spin_relax(rounds) was called from `pc`. Costs those who get what they want at once nothing.
void note_spin(unsigned rounds, uintptr_t pc);

}  // namespace jacinth::hal
