// The terminal, and the helper host thread that reads from it.
#pragma once

#include <cstdint>
#include <string_view>

namespace jacinth::host {

// When standard input is a terminal, keys come as they are pressed.
enum class ConsoleMode : uint8_t {
  Keys,  // output as the host has it; Ctrl-A x ends the machine
  Raw,   // both ways as it is: the kernel has a terminal layer of its own
};
// Sets the terminal and starts the reader.
bool start_console(ConsoleMode mode);
// SIGWINCH.
void on_window_change(int, void*, void*);
// Puts the terminal back as it was; any number of times, from anywhere.
void restore_terminal();
// Runs the kernel's input handler if input has come.
void take_console_interrupt();

// Writes all of it to a file descriptor, whatever its mode.
bool write_all(int fd, std::string_view text);

}  // namespace jacinth::host
