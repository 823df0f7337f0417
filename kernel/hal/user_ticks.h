// Whether programs can tell the time by themselves.
#pragma once

namespace jacinth::hal {

// Programs can read the counter that hal::ticks() reads.
bool programs_can_read_ticks();

}  // namespace jacinth::hal
