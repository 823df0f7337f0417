// Unpacking of Zstandard frames (RFC 8878), without memory of its own but for 12 KiB of stack.
#pragma once

#include <span>

#include "image/bytes.h"

namespace jacinth::image {

// Unpacks the frame that `packed` begins with. Fails, with `to` in any state, when it is damaged
// (its checksum is verified), needs a dictionary, or does not unpack to exactly the size of `to`.
// The two must not overlap.
Parsed<> unpack_zstd(Bytes packed, std::span<std::byte> to);

}  // namespace jacinth::image
