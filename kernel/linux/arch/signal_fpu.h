// The floating-point and vector registers as signal frames have them.
#pragma once

#include "base/errno.h"
#include "base/vector.h"
#include "hal/user.h"

namespace jacinth::linux {

// NOMEM, or what the machine says.
inline ErrnoOr<Vector<std::byte>> read_signal_fpu(const hal::UserContext& context) {
  auto bytes = TRY(to_errno(Vector<std::byte>::with_size(hal::UserContext::signal_fpu_bytes())));
  TRY(to_errno(context.read_signal_fpu(bytes)));
  return bytes;
}

}  // namespace jacinth::linux
