#include "hal/x86_common/registers.h"

namespace jacinth::hal::x86 {

Result<> write_general(GeneralRegisters& registers, std::span<const std::byte> in) {
  GeneralRegisters wanted;
  TRY(copy_in(in, &wanted));
  if (!is_user_half(wanted.rip)) return fail(Status::InvalidArgs);
  if (!is_canonical(wanted.fs_base) || !is_canonical(wanted.gs_base))
    return fail(Status::InvalidArgs);
  wanted.rflags = (wanted.rflags & kUserFlags) | (registers.rflags & ~kUserFlags);
  registers = wanted;
  return {};
}

Result<> write_debug(DebugRegisters& registers, std::span<const std::byte> in) {
  constexpr uint64_t kDr6Settable = 0xe00f;
  constexpr uint64_t kDr7Settable = 0xffff03ff;
  constexpr uint64_t kDr7MustBeZero = 0xffffffff0000d800;
  DebugRegisters wanted;
  TRY(copy_in(in, &wanted));
  for (uint64_t breakpoint : wanted.dr) {
    if (!is_user_half(breakpoint)) return fail(Status::InvalidArgs);
  }
  if ((wanted.dr7 & kDr7MustBeZero) != 0) return fail(Status::InvalidArgs);
  wanted.dr6 = (wanted.dr6 & kDr6Settable) | kInitialDr6;
  wanted.dr7 = (wanted.dr7 & kDr7Settable) | kInitialDr7;
  registers = wanted;
  return {};
}

}  // namespace jacinth::hal::x86

namespace jacinth::hal {

size_t register_set_bytes(RegisterSet set) {
  constexpr size_t kFloatingPointBytes = 160;  // zx_x86_64_thread_state_fp_regs_t
  constexpr size_t kVectorBytes = 2120;        // zx_x86_64_thread_state_vector_regs_t
  switch (set) {
    case RegisterSet::General:
      return sizeof(x86::GeneralRegisters);
    case RegisterSet::FloatingPoint:
      return kFloatingPointBytes;
    case RegisterSet::Vector:
      return kVectorBytes;
    case RegisterSet::Debug:
      return sizeof(x86::DebugRegisters);
    case RegisterSet::SingleStep:
      return sizeof(uint32_t);
    case RegisterSet::FsBase:
    case RegisterSet::GsBase:
      return sizeof(uint64_t);
  }
  return 0;
}

}  // namespace jacinth::hal
