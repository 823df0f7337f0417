// The other CPUs.
#pragma once

#include <optional>

#include "base/result.h"
#include "hal/x86_64/cpu_local.h"

namespace jacinth::x86_64 {

// Decides how many CPUs there are and gives each its block and stacks; during start-up, while
// memory comes from `take` (bytes, whole pages). NO_MEMORY.
Result<> make_cpus(std::optional<PhysAddr> (*take)(uint64_t bytes));
// The first CPU's own stack, before anything else can be.
Result<> make_stacks(Cpu& cpu, std::optional<PhysAddr> (*take)(uint64_t bytes));

// Writes on the emergency stacks what traps.S looks for there: once they are mapped.
void mark_emergency_stacks(Cpu& cpu);

// True for addresses in some CPU's stack.
bool is_cpu_stack(uintptr_t address);

}  // namespace jacinth::x86_64
