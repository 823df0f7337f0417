// XXH32 and XXH64, the checksums of LZ4 and Zstandard frames.
#pragma once

#include "image/bytes.h"

namespace jacinth::image {

// With seed 0.
uint32_t xxh32(Bytes bytes);
uint64_t xxh64(Bytes bytes);

}  // namespace jacinth::image
