#include "hal/x86_common/register_sets.h"

namespace jacinth::hal::x86 {
namespace {

Result<> write_single_step(GeneralRegisters& general, std::span<const std::byte> in) {
  uint32_t on;
  TRY(copy_in(in, &on));
  if (on > 1) return fail(Status::InvalidArgs);
  general.rflags = (general.rflags & ~kFlagTrap) | (on != 0 ? kFlagTrap : 0);
  return {};
}

Result<> write_base(uint64_t& base, std::span<const std::byte> in) {
  uint64_t wanted;
  TRY(copy_in(in, &wanted));
  if (!is_canonical(wanted)) return fail(Status::InvalidArgs);
  base = wanted;
  return {};
}

}  // namespace

Result<> read_set(RegisterSet set, const GeneralRegisters& general, const DebugRegisters& debug,
                  std::span<std::byte> out) {
  switch (set) {
    case RegisterSet::General:
      return copy_out(general, out);
    case RegisterSet::Debug:
      return copy_out(debug, out);
    case RegisterSet::SingleStep:
      return copy_out(uint32_t{(general.rflags & kFlagTrap) != 0}, out);
    case RegisterSet::FsBase:
      return copy_out(general.fs_base, out);
    case RegisterSet::GsBase:
      return copy_out(general.gs_base, out);
    default:
      return fail(Status::InvalidArgs);
  }
}

Result<> write_set(RegisterSet set, GeneralRegisters& general, DebugRegisters& debug,
                   std::span<const std::byte> in) {
  switch (set) {
    case RegisterSet::General:
      return write_general(general, in);
    case RegisterSet::Debug:
      return write_debug(debug, in);
    case RegisterSet::SingleStep:
      return write_single_step(general, in);
    case RegisterSet::FsBase:
      return write_base(general.fs_base, in);
    case RegisterSet::GsBase:
      return write_base(general.gs_base, in);
    default:
      return fail(Status::InvalidArgs);
  }
}

Result<> read_set(RegisterSet set, const XsaveLayout& layout, const std::byte* image,
                  std::span<std::byte> out) {
  if (set == RegisterSet::FloatingPoint) return read_floating_point(layout, image, out);
  if (set == RegisterSet::Vector) return read_vector(layout, image, out);
  return fail(Status::InvalidArgs);
}

Result<> write_set(RegisterSet set, const XsaveLayout& layout, std::byte* image,
                   std::span<const std::byte> in) {
  if (set == RegisterSet::FloatingPoint) return write_floating_point(layout, image, in);
  if (set == RegisterSet::Vector) return write_vector(layout, image, in);
  return fail(Status::InvalidArgs);
}

}  // namespace jacinth::hal::x86
