// XXH32, the checksum of LZ4 frames.
#pragma once

#include "image/bytes.h"

namespace jacinth::image {

// With seed 0.
uint32_t xxh32(Bytes bytes);

}  // namespace jacinth::image
