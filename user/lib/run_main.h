// From a relocated program to its main(), and from there to its end.
#pragma once

#include <zircon/types.h>

namespace user {

// Reads the bootstrap message, runs the program's own initialisers and main(), and ends the process
// with what main() returns.
[[noreturn]] void run_main(zx_handle_t bootstrap);

}  // namespace user
