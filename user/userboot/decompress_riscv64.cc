// Debian has no decompression libraries for this architecture that a freestanding program could
// use: images for it are not compressed.
#include <algorithm>

#include "userboot/decompress.h"

namespace userboot {

void prepare_decompressors(zx_handle_t) {}

bool unpack(jacinth::image::Bytes packed, std::span<std::byte> to) {
  if (jacinth::image::compression_of(packed) != jacinth::image::Compression::None ||
      packed.size() != to.size())
    return false;
  std::ranges::copy(packed, to.begin());
  return true;
}

}  // namespace userboot
