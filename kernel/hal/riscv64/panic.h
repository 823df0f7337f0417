#pragma once

#include <cstdint>

#include "base/check.h"
#include "hal/user.h"

namespace jacinth::riscv64 {

// A fault of the kernel itself.
[[noreturn]] void panic_at(const GeneralRegisters& registers, uint64_t cause, uint64_t value);

}  // namespace jacinth::riscv64
