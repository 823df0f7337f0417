// A bare machine has one stream: its console.
#include "hal/console.h"

namespace jacinth::hal {

ConsoleSize console_size() { return {}; }

// Programs get plain streams: whoever compares their output wants no echo in it. /dev/console is
// the terminal.
bool stream_is_terminal(Stream) { return false; }

bool stream_write(Stream, std::string_view bytes) {
  console_write(bytes);
  return true;
}

}  // namespace jacinth::hal
