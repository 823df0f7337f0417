// Where the start-up code goes on in C++: relocation, bootstrap message, main().
#include <zircon/syscalls.h>

#include "lib/io.h"
#include "lib/relocate.h"
#include "lib/startup.h"

extern "C" [[noreturn]] void start_program(zx_handle_t bootstrap, uintptr_t vdso_base) {
  if (!user::relocate_self(vdso_base)) __builtin_trap();
  user::Startup& startup = user::startup();
  startup.read(bootstrap);
  const int status = main(startup.argc(), startup.argv());
  user::out().flush();
  user::err().flush();
  zx_process_exit(status);
  __builtin_trap();
}
