// The machine's console: bytes out, bytes in.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace jacinth::hal {

// Writes all of it, in order; any context.
void console_write(std::string_view text);

// Takes up to buffer.size() bytes that have arrived; 0 when there are none. Any CPU.
size_t console_read(std::span<char> buffer);

// `handler` runs in take_interrupts() of some CPU after bytes have arrived, input has ended or the
// console has changed its size. Set once, during start-up.
void console_set_input_handler(void (*handler)());

// How large the terminal is that the console stands for; zeros where nobody knows. Any CPU.
struct ConsoleSize {
  uint16_t rows = 0, columns = 0;  // in characters
  uint16_t width = 0, height = 0;  // in pixels
};
ConsoleSize console_size();

// True once no more input will come (end of file on the host's standard input).
bool console_input_ended();

// The streams of whoever started the machine. Where there is only a console, all of them are that.
enum class Stream : uint8_t { Input = 0, Output = 1, Error = 2 };
bool stream_is_terminal(Stream stream);
// Writes all of it, to Output or Error; false when nobody reads it any more.
bool stream_write(Stream stream, std::string_view bytes);

}  // namespace jacinth::hal
