// A program's standard streams, and printing.
//
// A stream is whatever its starter gave as PA_FD 0, 1 or 2: one end of a socket. Without one,
// output goes to the kernel's console and input comes from it (which needs the root resource).
#pragma once

#include <zircon/types.h>

#include <cstddef>
#include <span>
#include <string_view>

#include "text/format.h"

namespace user {

using jacinth::FormatString;
using jacinth::TextSink;

// Buffered output over a stream; flushed when a line ends, when full, and at exit of main().
class Output final : public TextSink {
 public:
  constexpr explicit Output(uint32_t stream) : stream_(stream) {}
  void write(std::string_view text) override;
  void flush();
  // The reader has gone: what is written is lost. Programs that write without end look at it.
  bool broken() const { return broken_; }

 private:
  const uint32_t stream_;
  bool broken_ = false;
  size_t used_ = 0;
  char buffer_[512] = {};
};

Output& out();
Output& err();

template <typename... Args>
void print(FormatString<Args...> format, const Args&... args) {
  jacinth::format_to(out(), format, args...);
}
template <typename... Args>
void print_error(FormatString<Args...> format, const Args&... args) {
  jacinth::format_to(err(), format, args...);
}

// Waits for input; how many bytes came, 0 at the end.
size_t read_input(std::span<char> buffer);

// Writes all of `text` to a socket, waiting for room; false when the reader has gone.
bool write_socket(zx_handle_t socket, std::string_view text);
// Waits for bytes from a socket; 0 when the writer has gone.
size_t read_socket(zx_handle_t socket, std::span<char> buffer);

}  // namespace user
