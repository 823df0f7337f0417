// Unpacking of the boot image's file system.
#pragma once

#include <span>

#include "image/bytes.h"

namespace userboot {

// Whether `packed` unpacked to exactly the size of `to`.
bool unpack(jacinth::image::Bytes packed, std::span<std::byte> to);

}  // namespace userboot
