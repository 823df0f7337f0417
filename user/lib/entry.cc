// Where the start-up code goes on in C++, for a program that relocates itself.
#include "lib/relocate.h"
#include "lib/run_main.h"

extern "C" [[noreturn]] void start_program(zx_handle_t bootstrap, uintptr_t vdso_base) {
  if (!user::relocate_self(vdso_base)) __builtin_trap();
  user::run_main(bootstrap);
}
