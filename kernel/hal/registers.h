// Register sets as debuggers see them. The layouts are the personality-neutral ABI structs of the
// architecture (for Zircon: zx_thread_state_*_t), so that no layer above needs to know the machine.
#pragma once

#include <cstddef>
#include <cstdint>

namespace jacinth::hal {

// UserContext::read_regs() and write_regs() take a buffer of exactly the set's size, or larger when
// reading: BUFFER_TOO_SMALL when shorter, INVALID_ARGS when writing with a longer one or with
// values that the thread may not have (non-canonical addresses, reserved bits), NOT_SUPPORTED for a
// set that the machine does not have. The thread must not be running.
enum class RegisterSet : uint8_t {
  General,
  FloatingPoint,
  Vector,
  Debug,
  SingleStep,
  FsBase,
  GsBase
};

// The size of the set's structure in bytes; 0 when the machine does not have it.
size_t register_set_bytes(RegisterSet set);

}  // namespace jacinth::hal
