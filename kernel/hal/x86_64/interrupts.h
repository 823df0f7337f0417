// Device interrupts: who handles which vector, and the lines that lead there.
#pragma once

#include <cstdint>

#include "base/result.h"
#include "hal/x86_64/cpu_local.h"

namespace jacinth::x86_64 {

// Runs in hal::take_interrupts() of CPU 0, with the argument it was registered with.
using InterruptHandler = void (*)(uint64_t argument);

// Gives the handler a vector; 0 when all are taken. For ever, but for those that free_vectors()
// takes back.
uint64_t take_vector(InterruptHandler handler, uint64_t argument);
// `count` (a power of two) vectors in a row, the first a multiple of `count`; the handler's
// argument is its vector.
uint64_t take_vectors(uint64_t count, InterruptHandler handler);
// Their handlers may still be run, a moment later, for what was on its way.
void free_vectors(uint64_t first, uint64_t count);

// An I/O APIC's line leads to this vector by level: it is masked (mask_if_level()) before the
// interrupt is acknowledged, as otherwise it would come again at once.
void set_level_line(uint64_t vector, uint32_t line);
void mask_if_level(uint64_t vector);

// Leads one of the sixteen old lines to `handler`. False when there is no I/O APIC for it, or no
// vector.
bool connect_isa_line(unsigned line, InterruptHandler handler, uint64_t argument);

// Runs the handlers of what note_interrupt() has noted on this CPU.
void run_handlers(Cpu& cpu);

}  // namespace jacinth::x86_64
