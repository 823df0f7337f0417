// What zx_thread_read_state calls a thread's registers.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/result.h"
#include "hal/registers.h"

namespace jacinth::zircon {

struct RegisterFile {
  hal::RegisterSet set;
  size_t size;  // of its structure (zircon/syscalls/debug.h)
};
// For a kind (ZX_THREAD_STATE_*): INVALID_ARGS for an unknown one, NOT_SUPPORTED when this machine
// has no such registers.
Result<RegisterFile> register_file(uint32_t kind);

}  // namespace jacinth::zircon
