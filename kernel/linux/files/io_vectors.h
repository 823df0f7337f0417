// Lists of buffers that programs pass.
#pragma once

#include <array>

#include "abi/linux/types.h"
#include "base/vector.h"
#include "fs/io_buffer.h"
#include "linux/syscall_context.h"

namespace jacinth::linux {

// Short ones need no memory. Where it lies must not change while its list is used.
class IoVectors {
 public:
  static constexpr size_t kMost = 1024;

  // INVAL: too many, or more bytes than can be. FAULT, NOMEM.
  static ErrnoOr<IoVectors> read(UserIn<abi::iovec> from, size_t count);
  std::span<const fs::IoVector> list() const {
    return count_ <= kShort ? std::span(short_).first(count_)
                            : std::span<const fs::IoVector>(long_);
  }

 private:
  static constexpr size_t kShort = 8;
  static_assert(sizeof(fs::IoVector) == sizeof(abi::iovec));

  size_t count_ = 0;
  std::array<fs::IoVector, kShort> short_{};
  Vector<fs::IoVector> long_;
};

}  // namespace jacinth::linux
