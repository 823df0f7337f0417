// The boot image's file system, unpacked.
#pragma once

#include <zircon/types.h>

#include "lib/handle.h"

namespace userboot {

// Finds the BOOTFS item in the ZBI, unpacks it into a VMO of its own, and marks the item as used up
// so that nobody unpacks it again. The VMO has read and execute rights; its size is the file
// system's, rounded to pages. On failure it is invalid, and `*explain` (a static text) says what is
// wrong.
user::Handle unpack_bootfs(zx_handle_t zbi, zx_handle_t root_resource, const char** explain);

}  // namespace userboot
