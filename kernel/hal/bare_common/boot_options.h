// The command line that a boot loader gives a bare machine.
//
// Words are separated by blanks. These are the kernel's own; any other word, in its place, is for
// the first program:
//
//   kernel.personality=zircon|linux|xv6     what calls the first program makes
//   kernel.log=none|error|warning|info|debug     how much of the log the console shows
//   kernel.trace=all|MASK                   the first process's call trace; MASK decimal or 0x…
#pragma once

#include <span>
#include <string_view>

#include "hal/boot.h"

namespace jacinth::hal {

// Sets personality, log_level, trace_mask and command_line in `info`. The words left over go to
// `rest`, with a blank between each two, and `info` refers to them there; words from the first on
// that does not fit are dropped.
//
// Returns the first word of the kernel's that has no such value or no such name, for the log to
// tell of; empty when all are understood. Such words are ignored.
std::string_view parse_boot_options(std::string_view text, std::span<char> rest, BootInfo& info);

}  // namespace jacinth::hal
