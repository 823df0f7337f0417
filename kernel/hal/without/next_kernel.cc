// A machine on which no other kernel goes on.
#include "hal/next_kernel.h"

#include "hal/machine.h"

namespace jacinth::hal {

Result<> check_next_kernel(const NextKernel&) { return fail(Status::NotSupported); }
void start_next_kernel(const NextKernel&) { reboot(); }

}  // namespace jacinth::hal
