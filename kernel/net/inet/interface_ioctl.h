// The ioctls that tell of network interfaces (SIOCGIF…).
#pragma once

#include <cstdint>

#include "base/errno.h"
#include "base/units.h"

namespace jacinth::net::inet {

bool is_interface_command(uint32_t command);
// `argument`: a struct ifreq or ifconf in the program's memory. ENODEV: no such interface;
// EADDRNOTAVAIL: it has no such address; EFAULT.
ErrnoOr<int64_t> interface_ioctl(uint32_t command, VirtAddr argument);

}  // namespace jacinth::net::inet
