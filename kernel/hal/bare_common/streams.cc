// A bare machine has one stream: its console.
#include "hal/bare_common/streams.h"

#include <optional>

namespace jacinth::hal {
namespace {

constinit std::optional<ConsoleSize> terminal;

}  // namespace

void set_console_terminal(ConsoleSize size) { terminal = size; }

ConsoleSize console_size() { return terminal.value_or(ConsoleSize{}); }

// Where nobody sits at it, programs get plain streams: whoever compares their output wants no echo
// in it. /dev/console is the terminal then.
bool stream_is_terminal(Stream) { return terminal.has_value(); }

bool stream_write(Stream, std::string_view bytes) {
  if (terminal) {
    console_write_as_is(bytes);
  } else {
    console_write(bytes);
  }
  return true;
}

}  // namespace jacinth::hal
