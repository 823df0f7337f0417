// The image that programs find calls in which need no kernel: user/linux_vdso.
#pragma once

#include "linux/memory/linux_memory.h"

namespace jacinth::linux {

// Before the first program. NO_MEMORY.
Result<> make_vdso();
// Maps it into a new program's memory; its address. 0: there is none on this machine.
ErrnoOr<uint64_t> map_vdso(LinuxMemory& memory);

}  // namespace jacinth::linux
