// Boot images that programs make.
#pragma once

#include <zircon/types.h>

#include "lib/handle.h"

namespace user {

// An image (ZBI) with the file system that `bootfs` holds: userboot gives none on, as it takes the
// file system out of its own.
zx_status_t make_boot_image(zx_handle_t bootfs, Handle* image);

}  // namespace user
