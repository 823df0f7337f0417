#include "userboot/decompress.h"

#include <algorithm>

#include "image/lz4.h"
#include "image/zbi.h"
#include "image/zstd.h"

namespace userboot {

using jacinth::image::Compression;

bool unpack(jacinth::image::Bytes packed, std::span<std::byte> to) {
  switch (jacinth::image::compression_of(packed)) {
    case Compression::Zstd:
      return jacinth::image::unpack_zstd(packed, to).has_value();
    case Compression::Lz4:
      return jacinth::image::unpack_lz4(packed, to).has_value();
    case Compression::None:
      if (packed.size() != to.size()) return false;
      std::ranges::copy(packed, to.begin());
      return true;
  }
  return false;
}

}  // namespace userboot
