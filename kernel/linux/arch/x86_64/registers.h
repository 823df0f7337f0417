// The general registers of x86-64, as debuggers and signal frames have them.
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
inline Result<> write_general(hal::UserContext& context,
                              const hal::x86::GeneralRegisters& registers) {
  return context.write_regs(hal::RegisterSet::General, std::as_bytes(std::span(&registers, 1)));
}

// The segment selectors of Linux programs, as these see them.
inline constexpr uint16_t kUserCode = 0x33, kUserStack = 0x2b;

}  // namespace jacinth::linux
