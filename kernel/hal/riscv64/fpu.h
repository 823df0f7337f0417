// Floating-point and vector registers.
//
// The kernel uses neither, so a program's stay in the hart's units until another program needs
// them. Both units are off when a program is entered, unless they hold what belongs to it: the
// first instruction that needs one traps and has it loaded. A program that has changed registers
// has them saved when it stops, so it may go on anywhere; they stay loaded, too.
#pragma once

#include "hal/riscv64/hart.h"
#include "hal/user.h"

namespace jacinth::riscv64 {

// Whether all harts have vectors; once, at the start.
void set_up_vectors(bool offered);

// Of a context's `vectors`; 0 without a vector unit.
size_t vector_state_bytes();

// The bits of sstatus with which `context` may run here.
uint64_t unit_status(const Hart& hart, const hal::UserContext& context);
// Saves what the program has changed, by what sstatus says of it.
void save_units(Hart& hart, hal::UserContext& context, uint64_t status);
// After an illegal instruction, which may be one for a unit that is off. Loads the next unit that
// is; false when all are on: it is illegal indeed, or there is no memory for the program's vectors.
bool load_next_unit(Hart& hart, hal::UserContext& context);

}  // namespace jacinth::riscv64
