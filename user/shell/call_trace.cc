#include "shell/call_trace.h"

#include <zircon/syscalls.h>

namespace shell {

void trace_process(Console& console, zx_handle_t root_resource, zx_koid_t koid) {
  char command[64];
  const std::string_view text = jacinth::format_into(command, "trace {} all", koid);
  const zx_status_t status = zx_debug_send_command(root_resource, text.data(), text.size());
  if (status != ZX_OK)
    print(console, "trace: the kernel does not: {}\n", zx_status_get_string(status));
}

}  // namespace shell
