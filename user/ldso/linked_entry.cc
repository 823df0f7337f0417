// Where the start-up code goes on in C++ in a program that the dynamic linker has relocated.
#include "lib/run_main.h"

extern "C" [[noreturn]] void start_program(zx_handle_t bootstrap, uintptr_t) {
  user::run_main(bootstrap);
}
