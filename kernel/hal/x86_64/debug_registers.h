// Hardware breakpoints and watchpoints of programs.
//
// A CPU has those of the program whose extended registers it has loaded (extended_state.h), and
// keeps them while the kernel runs: a copy to or from watched memory only meets an exception that
// is ignored, on the emergency stack.
#pragma once

#include "hal/user.h"
#include "hal/x86_64/cpu_local.h"

namespace jacinth::x86_64 {

// As many of either kind as there are registers.
inline constexpr uint32_t kBreakpoints = 4;

// Makes the processor watch for what `context` asks for, and for nothing else.
void load_debug_registers(Cpu& cpu, const hal::UserContext& context);

// After a debug exception of the program: says in its registers what has happened, and lets it go
// on past a breakpoint it stands on.
void note_debug_exception(hal::UserContext& context);

// Forgets what has happened; so that the next exception tells of itself alone.
void clear_debug_status();

}  // namespace jacinth::x86_64
