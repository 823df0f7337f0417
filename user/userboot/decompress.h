// Unpacking of the boot image's file system.
#pragma once

#include <zircon/types.h>

#include <span>

#include "image/bytes.h"

namespace userboot {

// Whether `packed` unpacked to exactly the size of `to`. False also for a kind of compression that
// this architecture's userboot does not know.
bool unpack(jacinth::image::Bytes packed, std::span<std::byte> to);

// The part of it that not every architecture has; the same results.
bool unpack_zstd(jacinth::image::Bytes packed, std::span<std::byte> to);
// Once, before unpack(): what zstd needs of its surroundings. The process's handle must allow
// enumerating and setting properties.
void prepare_zstd(zx_handle_t process);

}  // namespace userboot
