// The terminal, and the helper host thread that reads from it.
#pragma once

#include <string_view>

namespace jacinth::host {

// Starts the reader; with `raw`, puts the terminal into raw mode when standard input is one.
bool start_console(bool raw);
// Puts the terminal back as it was; any number of times, from anywhere.
void restore_terminal();
// Runs the kernel's input handler if input has come.
void take_console_interrupt();

// Writes all of it to a file descriptor, whatever its mode.
bool write_all(int fd, std::string_view text);

}  // namespace jacinth::host
