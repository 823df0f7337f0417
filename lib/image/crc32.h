// CRC-32 as IEEE 802.3 (and zlib, and ZBI) computes it.
#pragma once

#include "image/bytes.h"

namespace jacinth::image {

// Continues a checksum: crc32(b, crc32(a)) is the checksum of a followed by b.
uint32_t crc32(Bytes bytes, uint32_t previous = 0);

}  // namespace jacinth::image
