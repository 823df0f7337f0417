// The first serial port as the machine's console.
#pragma once

namespace jacinth::x86_64 {

// Sets the port up for output; before anything is printed.
void start_console();
// Lets arriving bytes interrupt CPU 0; once interrupts have a way in.
void start_console_input();

}  // namespace jacinth::x86_64
