// A bare machine has one stream: its console.
#include "hal/console.h"

namespace jacinth::hal {

ConsoleSize console_size() { return {}; }

bool stream_is_terminal(Stream) { return true; }

bool stream_write(Stream, std::string_view bytes) {
  console_write(bytes);
  return true;
}

}  // namespace jacinth::hal
