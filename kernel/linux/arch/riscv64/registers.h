// The general registers of riscv64, as debuggers and signal frames have them.
#pragma once

#include <cstdint>

#include "hal/user.h"

namespace jacinth::linux {

struct GeneralRegisters {
  uint64_t pc, ra, sp, gp, tp, t0, t1, t2, s0, s1;
  uint64_t a[8];
  uint64_t s2, s3, s4, s5, s6, s7, s8, s9, s10, s11, t3, t4, t5, t6;
};
static_assert(sizeof(GeneralRegisters) == 256);

inline GeneralRegisters read_general(const hal::UserContext& context) {
  GeneralRegisters registers{};
  (void)context.read_regs(hal::RegisterSet::General,
                          std::as_writable_bytes(std::span(&registers, 1)));
  return registers;
}
inline Result<> write_general(hal::UserContext& context, const GeneralRegisters& registers) {
  return context.write_regs(hal::RegisterSet::General, std::as_bytes(std::span(&registers, 1)));
}

}  // namespace jacinth::linux
