// Files that the kernel's image brings along: userboot and the vDSOs.
#pragma once

#include <cstddef>
#include <span>

#include "base/result.h"
#include "base/vector.h"

namespace jacinth::vm {

// A file as it was before the build may have compressed it with gzip, which makes the image
// smaller.
class EmbeddedFile {
 public:
  // `stored` stays where it is. NO_MEMORY; INVALID_ARGS when it is damaged.
  static Result<EmbeddedFile> open(std::span<const std::byte> stored);

  std::span<const std::byte> bytes() const { return bytes_; }

 private:
  std::span<const std::byte> bytes_;
  Vector<std::byte> unpacked_;
};

}  // namespace jacinth::vm
