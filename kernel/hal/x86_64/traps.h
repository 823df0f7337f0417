// Exceptions and interrupts, and the tables that lead to them.
#pragma once

#include "hal/x86_64/cpu_local.h"
#include "hal/x86_64/trap_frame.h"

namespace jacinth::x86_64 {

// Fills the interrupt table, once, and puts the old interrupt controller out of the way.
void make_interrupt_table();
// On each CPU: loads the descriptor tables and the way in for SYSCALL, and makes GS the CPU's.
// The stacks in cpu.task and cpu.stack_top are set.
void load_descriptors(Cpu& cpu);
// Where this CPU's system calls arrive, by whether it is alone; load_descriptors() does it too.
void set_call_entry(const Cpu& cpu);

// Acknowledges an interrupt and notes what it asks for; take_interrupts() does it.
void note_interrupt(Cpu& cpu, uint64_t vector);

}  // namespace jacinth::x86_64
