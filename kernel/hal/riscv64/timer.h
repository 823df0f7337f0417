// The clock and each hart's one-shot timer.
#pragma once

#include <cstdint>

#include "hal/riscv64/hart.h"

namespace jacinth::riscv64 {

// Once: ticks of the time register a second, and whether all harts have a timer of supervisor
// mode's own (Sstc), as far as the device tree knows; firmware may still keep it.
void set_up_clock(uint64_t ticks_a_second, bool sstc);
// This hart's timer: no interrupt is pending or will come.
void stop_timer();
// Its interrupt has come.
void timer_expired(Hart& hart);

}  // namespace jacinth::riscv64
