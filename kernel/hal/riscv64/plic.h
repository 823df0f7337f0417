// The platform-level interrupt controller (RISC-V PLIC specification 1.0).
#pragma once

#include "hal/riscv64/hart.h"

namespace jacinth::riscv64 {

// Maps it; no source is on yet.
void set_up_plic();
// Lets this hart take external interrupts.
void start_plic_context(const Hart& hart);
// Has source `interrupt` call `handler` on whichever hart takes it. Before further harts start.
void set_interrupt_handler(uint32_t interrupt, void (*handler)());
// No source interrupts any more.
void silence_plic();
// Runs the handlers of what is pending for this hart.
void take_external_interrupts(const Hart& hart);

}  // namespace jacinth::riscv64
