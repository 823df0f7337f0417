// Clock and timers.
#pragma once

#include "hal/x86_64/cpu_local.h"

namespace jacinth::x86_64 {

// Finds the rates of the time stamp counter and of the local APIC's timer, on the first CPU. Null,
// or what is missing.
const char* calibrate_clock();

// The PC's old timer, which firmware leaves ticking: its line can be one that a program opens.
void stop_interval_timer();

// On each CPU, after start_local_apic().
void start_timer();

// The timer's interrupt has come.
void timer_expired(Cpu& cpu);

// Waits without giving the CPU up: for devices, during start-up.
void spin_for(Duration span);

}  // namespace jacinth::x86_64
