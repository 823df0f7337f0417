// The console: a serial port, or the SBI's until the board is known.
#pragma once

#include <string_view>

namespace jacinth::riscv64 {

// From now on the port that the device tree names, whose input comes by interrupts.
void set_up_console();

}  // namespace jacinth::riscv64
