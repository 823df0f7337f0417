// What the shell gives to each program it starts, so that tools like ps can look at the whole
// system.
#pragma once

#include <zircon/processargs.h>
#include <zircon/types.h>

#include "lib/startup.h"

namespace user {

// PA_JOB_DEFAULT is the job of the program's own pipeline; the root job comes beside it.
inline constexpr uint32_t kRootJobInfo = PA_HND(PA_USER0, 0);

// Lent; invalid when this program was not given them.
inline zx_handle_t root_job() { return startup().handle(PA_USER0); }
inline zx_handle_t root_resource() { return startup().handle(PA_RESOURCE); }

}  // namespace user
