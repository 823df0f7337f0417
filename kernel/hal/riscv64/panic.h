#pragma once

#include "hal/user.h"

namespace jacinth::riscv64 {

// A fault of the kernel itself.
[[noreturn]] void kernel_fault(const GeneralRegisters& registers, uint64_t cause, uint64_t value);

}  // namespace jacinth::riscv64
