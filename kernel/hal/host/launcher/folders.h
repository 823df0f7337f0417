// Folders of the host that programs may use.
#pragma once

#include <string>
#include <vector>

#include "hal/host/launcher/ram.h"

namespace jacinth::launcher {

// Opens each HOSTDIR of "HOSTDIR:DIR" and tells the kernel to mount it at DIR. Throws LaunchError.
void add_folders(Ram& ram, const std::vector<std::string>& folders, host::StartInfo& info);

}  // namespace jacinth::launcher
