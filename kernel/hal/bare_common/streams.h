// A bare machine's console as the streams of the first program.
#pragma once

#include <string_view>

#include "hal/console.h"

namespace jacinth::hal {

// Somebody sits at the console, on a terminal of that size (zeros: nobody knows). Once, before the
// kernel starts.
void set_console_terminal(ConsoleSize size);

// As console_write(), but line ends are written as they are: the terminal's own settings say what
// becomes of them. Each machine's.
void console_write_as_is(std::string_view text);

}  // namespace jacinth::hal
