// I/O APICs: how device lines become interrupts.
#pragma once

#include <cstdint>

namespace jacinth::x86_64 {

// Maps the I/O APICs and masks all their lines.
void start_io_apics();

// Sends an old line's interrupts to CPU 0 as `vector`. False when no I/O APIC has it.
bool route_isa_line(unsigned line, uint8_t vector);

}  // namespace jacinth::x86_64
