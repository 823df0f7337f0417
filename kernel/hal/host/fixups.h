// Instructions of the kernel that may fault.
#pragma once

#include <cstdint>

namespace jacinth::host {

// Where to go on after a fault at `pc`; 0 when that is no instruction that may fault.
uintptr_t find_fixup(uintptr_t pc);

}  // namespace jacinth::host
