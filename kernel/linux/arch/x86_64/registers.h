// The general registers of x86-64, read as debuggers and signal frames have them.
#pragma once

#include "hal/user.h"
#include "hal/x86_common/registers.h"

namespace jacinth::linux {

inline hal::x86::GeneralRegisters read_general(const hal::UserContext& context) {
  hal::x86::GeneralRegisters registers{};
  (void)context.read_regs(hal::RegisterSet::General,
                          std::as_writable_bytes(std::span(&registers, 1)));
  return registers;
}

}  // namespace jacinth::linux
