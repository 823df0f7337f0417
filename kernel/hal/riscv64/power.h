#pragma once

namespace jacinth::riscv64 {

// Maps the device that ends the machine, if there is one.
void set_up_power();
// Ends the machine with a status for whoever started it; returns when nobody is there to see it.
void end_with_status(int status);
// For this hart nothing comes any more.
[[noreturn]] void stop_hart();

}  // namespace jacinth::riscv64
