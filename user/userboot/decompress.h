// Unpacking of the boot image's file system.
#pragma once

#include <zircon/types.h>

#include <span>

#include "image/zbi.h"

namespace userboot {

// Once, before unpack(): what the decompressors need of their surroundings. The process's handle
// must allow enumerating and setting properties.
void prepare_decompressors(zx_handle_t process);

// Whether `packed` unpacked to exactly the size of `to`. False also for a kind of compression that
// this architecture's userboot does not know.
bool unpack(jacinth::image::Bytes packed, std::span<std::byte> to);

}  // namespace userboot
