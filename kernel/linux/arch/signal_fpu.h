// The floating-point and vector registers as signal frames have them.
#pragma once

#include <span>

#include "base/errno.h"
#include "base/heap.h"
#include "base/vector.h"
#include "hal/user.h"

namespace jacinth::linux {

// Room for them, which is not cleared first: there may be kilobytes.
class SignalFpu {
 public:
  SignalFpu() : bytes_(static_cast<std::byte*>(heap_allocate(size()))) {}
  SignalFpu(const SignalFpu&) = delete;
  SignalFpu& operator=(const SignalFpu&) = delete;
  ~SignalFpu() { heap_free(bytes_); }

  static size_t size() { return hal::UserContext::signal_fpu_bytes(); }
  // Null: there was no memory.
  std::byte* data() const { return bytes_; }
  std::span<std::byte> bytes() const { return {bytes_, size()}; }

 private:
  std::byte* const bytes_;
};

// NOMEM, or what the machine says.
inline ErrnoOr<Vector<std::byte>> read_signal_fpu(const hal::UserContext& context) {
  auto bytes = TRY(to_errno(Vector<std::byte>::with_size(SignalFpu::size())));
  TRY(to_errno(context.read_signal_fpu(bytes)));
  return bytes;
}

}  // namespace jacinth::linux
