// The floating-point part of a Linux signal frame on x86-64: the XSAVE image itself, with a record
// of its size in bytes that the processor leaves to software, and a mark behind it.
#pragma once

#include "hal/x86_common/xsave.h"

namespace jacinth::hal::x86 {

size_t signal_fpu_bytes(const XsaveLayout& layout);

// BUFFER_TOO_SMALL.
Result<> make_signal_fpu(const XsaveLayout& layout, const std::byte* image,
                         std::span<std::byte> out);
// A frame without the record and the mark holds the legacy registers alone, as programs that build
// frames themselves leave it. INVALID_ARGS: values that XRSTOR would refuse.
Result<> take_signal_fpu(const XsaveLayout& layout, std::span<const std::byte> in,
                         std::byte* image);

}  // namespace jacinth::hal::x86
