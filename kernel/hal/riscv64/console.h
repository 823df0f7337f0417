// The console: a serial port, or the SBI's until the board is known.
#pragma once

#include <string_view>

namespace jacinth::riscv64 {

// From now on the port that the device tree names, whose input comes by interrupts.
void set_up_console();
// For a panic: writes even when another hart is in the middle of writing.
void panic_write(std::string_view text);

}  // namespace jacinth::riscv64
