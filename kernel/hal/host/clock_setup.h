// Finding the counter's rate, from two readings at least 2 ms apart.
#pragma once

namespace jacinth::host {

void begin_clock_calibration();   // as early as possible
void finish_clock_calibration();  // as late as possible: waits for what is missing of the span

}  // namespace jacinth::host
