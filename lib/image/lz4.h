// Unpacking of LZ4 frames (the LZ4 project's "LZ4 Frame Format Description" 1.6 and "LZ4 Block
// Format Description"), without memory of its own.
#pragma once

#include <span>

#include "image/bytes.h"

namespace jacinth::image {

// Unpacks the frame that `packed` begins with. Fails, with `to` in any state, when it is damaged
// (its checksums are verified, but for those of single blocks), needs a dictionary, or does not
// unpack to exactly the size of `to`. The two must not overlap.
Parsed<> unpack_lz4(Bytes packed, std::span<std::byte> to);

}  // namespace jacinth::image
