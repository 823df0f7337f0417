// Who may look into another process.
#pragma once

#include "linux/task/linux_process.h"

namespace jacinth::linux {

// With which of its user and group numbers the caller asks.
enum class AccessIds : uint8_t { FileSystem, Real };

// Itself; or the same user and group, who have not made it secret; or with the capability.
bool may_access(LinuxProcess& caller, LinuxProcess& target, AccessIds ids);

}  // namespace jacinth::linux
