// ktrace: the kernel's event trace: `ktrace start`, run what is of interest, `ktrace stop`, and
// `ktrace dump`, whose output tools/ktrace/chrome_trace.py turns into something to look at.
#include <zircon/syscalls.h>
#include <zircon/syscalls/system.h>

#include <string_view>

#include "lib/io.h"
#include "lib/system_handles.h"

namespace {

constexpr size_t kBytesOfLine = 32;

zx_status_t control(uint32_t action) {
  return zx_ktrace_control(user::root_resource(), action, 0, nullptr);
}

// Lines of hexadecimal digits, after one that tells the clock's rate.
zx_status_t dump() {
  user::print("ktrace: {} ticks per second\n", zx_ticks_per_second());
  for (uint32_t offset = 0;;) {
    unsigned char bytes[kBytesOfLine];
    size_t actual = 0;
    const zx_status_t status =
        zx_ktrace_read(user::root_resource(), bytes, offset, sizeof(bytes), &actual);
    if (status != ZX_OK || actual == 0) return status;
    char line[2 * kBytesOfLine];
    for (size_t i = 0; i < actual; ++i) {
      constexpr char kDigits[] = "0123456789abcdef";
      line[2 * i] = kDigits[bytes[i] >> 4];
      line[2 * i + 1] = kDigits[bytes[i] & 0xf];
    }
    user::print("ktrace: {}\n", std::string_view(line, 2 * actual));
    offset += static_cast<uint32_t>(actual);
  }
}

zx_status_t run(std::string_view command) {
  if (command == "start") {
    const zx_status_t rewound = control(ZX_KTRACE_ACTION_REWIND);
    return rewound == ZX_OK ? control(ZX_KTRACE_ACTION_START) : rewound;
  }
  if (command == "stop") return control(ZX_KTRACE_ACTION_STOP);
  if (command == "dump") return dump();
  return ZX_ERR_INVALID_ARGS;
}

}  // namespace

int main(int argc, char** argv) {
  const zx_status_t status = argc == 2 ? run(argv[1]) : ZX_ERR_INVALID_ARGS;
  if (status == ZX_OK) return 0;
  if (status == ZX_ERR_INVALID_ARGS) {
    user::print_error("usage: ktrace start|stop|dump\n");
  } else {
    user::print_error("ktrace: {}\n", zx_status_get_string(status));
  }
  return 1;
}
