#include "lib/run_main.h"

#include <zircon/syscalls.h>

#include "lib/io.h"
#include "lib/startup.h"

// The linker's: constructors of global objects, in order.
using Initializer = void (*)();
extern "C" [[gnu::visibility("hidden")]] const Initializer __init_array_start[];
extern "C" [[gnu::visibility("hidden")]] const Initializer __init_array_end[];

namespace user {

void run_main(zx_handle_t bootstrap) {
  Startup& own = startup();
  own.read(bootstrap);
  for (const Initializer* run = __init_array_start; run != __init_array_end; ++run) (*run)();
  const int status = main(own.argc(), own.argv());
  out().flush();
  err().flush();
  zx_process_exit(status);
  __builtin_trap();
}

}  // namespace user
