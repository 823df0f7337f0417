// The first root file system of Linux programs.
#pragma once

#include <string>

#include "hal/host/launcher/ram.h"

namespace jacinth::launcher {

// Puts an archive of it into RAM: `path` is a cpio archive ("newc"), or a directory, of which a
// copy is made: what programs change there is not written back. Throws LaunchError.
host::StartImage add_root(Ram& ram, const std::string& path);

}  // namespace jacinth::launcher
