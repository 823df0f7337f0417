// What /proc says of the system as a whole.
#pragma once

#include "linux/proc/text_node.h"

namespace jacinth::linux {

// The entries of /proc that are no processes.
std::span<const StaticEntry> system_entries();

}  // namespace jacinth::linux
