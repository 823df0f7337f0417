// I/O APICs: how device lines become interrupts.
#pragma once

#include <cstdint>

#include "base/result.h"
#include "hal/device_interrupts.h"

namespace jacinth::x86_64 {

// Maps the I/O APICs and masks all their lines.
void start_io_apics();

// Lines are numbered over all I/O APICs, below this ("global system interrupts").
uint32_t io_apic_lines();

// Sends an old line's interrupts to CPU 0 as `vector`. False when no I/O APIC has it.
bool route_isa_line(unsigned line, uint8_t vector);

// Sends a line's interrupts to CPU 0 as `vector`; it is masked. True when they come by level.
// INVALID_ARGS: there is no such line. ALREADY_BOUND.
Result<bool> route_line(uint32_t line, uint8_t vector, hal::TriggerMode mode);
void set_line_mask(uint32_t line, bool masked);
// Masks the line, and says which vector it led to.
uint8_t free_line(uint32_t line);

}  // namespace jacinth::x86_64
