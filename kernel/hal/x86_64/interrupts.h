// Device interrupts: who handles which vector, and the lines that lead there.
#pragma once

#include <cstdint>

#include "hal/x86_64/cpu_local.h"

namespace jacinth::x86_64 {

// Runs in hal::take_interrupts() of CPU 0, with the argument it was registered with.
using InterruptHandler = void (*)(uint64_t argument);

// Gives the handler a vector; 0 when all are taken. For ever.
uint64_t take_vector(InterruptHandler handler, uint64_t argument);

// Leads one of the sixteen old lines to `handler`. False when there is no I/O APIC for it, or no
// vector.
bool connect_isa_line(unsigned line, InterruptHandler handler, uint64_t argument);

// Runs the handlers of what note_interrupt() has noted on this CPU.
void run_handlers(Cpu& cpu);

}  // namespace jacinth::x86_64
