// I/O ports, on machines whose processors have them: which of them programs may use.
#pragma once

#include <cstdint>

#include "hal/address_space.h"

namespace jacinth::hal {

inline constexpr uint32_t kIoPorts = 0x10000;

// Programs in the caller's active space may use ports [first, first + count) from now on, or no
// more; the range ends at kIoPorts at most. On other CPUs that run such programs at this moment the
// change is in force when they next enter the kernel, for which they are interrupted.
// NOT_SUPPORTED: the processor has no ports. NO_MEMORY: of what is to be allowed; nothing has
// changed.
Result<> set_io_ports(AddressSpace& space, uint32_t first, uint32_t count, bool allowed);

}  // namespace jacinth::hal
