// What the shell gives to each program it starts, so that tools like ps can look at the whole
// system.
#pragma once

#include <zircon/processargs.h>
#include <zircon/syscalls.h>
#include <zircon/types.h>

#include "lib/startup.h"

namespace user {

// PA_JOB_DEFAULT is the job of the program's own pipeline; the root job comes beside it.
inline constexpr uint32_t kRootJobInfo = PA_HND(PA_USER0, 0);

// Lent; invalid when this program was not given them.
inline zx_handle_t root_job() { return startup().handle(PA_USER0); }
inline zx_handle_t root_resource() { return startup().handle(PA_RESOURCE); }

// The clock of civil time, to be read only; invalid when this program was not given it.
inline Handle utc_clock_to_read() {
  Handle copy;
  zx_handle_duplicate(startup().handle(PA_CLOCK_UTC), ZX_RIGHTS_BASIC | ZX_RIGHT_READ, copy.out());
  return copy;
}

}  // namespace user
