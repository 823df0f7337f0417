// Register sets as debuggers see them. The layouts are the personality-neutral ABI structs of the
// architecture (for Zircon: zx_thread_state_*_t), so that no layer above needs to know the machine.
#pragma once

#include <cstdint>

namespace jacinth::hal {

enum class RegisterSet : uint8_t {
  General,
  FloatingPoint,
  Vector,
  Debug,
  SingleStep,
  FsBase,
  GsBase
};

}  // namespace jacinth::hal
