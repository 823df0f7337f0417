// What ioctl() does to terminals: settings, window, flow, sessions.
#pragma once

#include "linux/tty/terminal.h"

namespace jacinth::linux {

// Through which end of a pseudo-terminal a command came.
enum class TerminalSide : uint8_t { Program, Master };

// `terminal` is what programs have, whichever side asks. NOTTY: no command of terminals.
ErrnoOr<int64_t> terminal_ioctl(Terminal& terminal, TerminalSide side, uint32_t command,
                                uint64_t argument);

}  // namespace jacinth::linux
