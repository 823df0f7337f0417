// The register sets that hal/registers.h names, of a thread on any x86-64 machine.
#pragma once

#include "hal/x86_common/registers.h"
#include "hal/x86_common/xsave.h"

namespace jacinth::hal::x86 {

// Whether the set lies in the XSAVE image, which machines keep in their own ways.
constexpr bool is_in_image(RegisterSet set) {
  return set == RegisterSet::FloatingPoint || set == RegisterSet::Vector;
}

// The sets outside the image. Errors as copy_out() and copy_in() have them; INVALID_ARGS for values
// that would not be the program's to set, and for sets inside the image.
Result<> read_set(RegisterSet set, const GeneralRegisters& general, const DebugRegisters& debug,
                  std::span<std::byte> out);
Result<> write_set(RegisterSet set, GeneralRegisters& general, DebugRegisters& debug,
                   std::span<const std::byte> in);

// The sets in the image; INVALID_ARGS for others.
Result<> read_set(RegisterSet set, const XsaveLayout& layout, const std::byte* image,
                  std::span<std::byte> out);
Result<> write_set(RegisterSet set, const XsaveLayout& layout, std::byte* image,
                   std::span<const std::byte> in);

}  // namespace jacinth::hal::x86
