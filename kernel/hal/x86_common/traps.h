// The PC's exception vectors.
#pragma once

#include <cstdint>

#include "hal/user.h"

namespace jacinth::hal::x86 {

constexpr UserExit::Trap trap_of(uint32_t vector) {
  constexpr uint32_t kDebug = 1;
  constexpr uint32_t kBreakpoint = 3;
  constexpr uint32_t kInvalidOpcode = 6;
  constexpr uint32_t kAlignmentCheck = 17;
  switch (vector) {
    case kDebug:
      return UserExit::Trap::HardwareBreakpoint;
    case kBreakpoint:
      return UserExit::Trap::SoftwareBreakpoint;
    case kInvalidOpcode:
      return UserExit::Trap::UndefinedInstruction;
    case kAlignmentCheck:
      return UserExit::Trap::UnalignedAccess;
    default:
      return UserExit::Trap::General;
  }
}

}  // namespace jacinth::hal::x86
