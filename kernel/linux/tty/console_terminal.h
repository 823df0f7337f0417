// The machine's console as a terminal, and the devices that stand for terminals in general.
#pragma once

#include "fs/file_system.h"
#include "hal/console.h"
#include "linux/tty/terminal.h"

namespace jacinth::linux {

// Makes the console's terminal and registers /dev/tty, /dev/console and /dev/ptmx; `with_keys`: the
// machine's input is its keyboard. Once. NOMEM.
ErrnoOr<> start_terminals(bool with_keys);
// Their entries in a devtmpfs.
ErrnoOr<> add_terminal_devices(fs::FileSystem& devices);

// After start_terminals().
Terminal& console_terminal();

}  // namespace jacinth::linux
