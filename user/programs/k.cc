// k COMMAND…: sends a command to the kernel; kernel/zircon/debug_commands.cc has them.
#include <zircon/syscalls.h>

#include <string_view>

#include "lib/io.h"
#include "lib/system_handles.h"

int main(int argc, char** argv) {
  char command[128];
  size_t used = 0;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word.size() + 1 > sizeof command - used) {
      user::print_error("k: the command is too long\n");
      return 2;
    }
    if (used != 0) command[used++] = ' ';
    used += word.copy(command + used, word.size());
  }
  if (used == 0) {
    user::print_error("usage: k trace KOID all|none|MASK | spins | panic\n");
    return 2;
  }
  const zx_status_t status = zx_debug_send_command(user::root_resource(), command, used);
  if (status != ZX_OK) user::print_error("k: {}\n", zx_status_get_string(status));
  return status == ZX_OK ? 0 : 1;
}
