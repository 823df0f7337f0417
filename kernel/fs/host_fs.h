// A folder of the host as a file system: what programs do there is done there at once.
//
// Every name is looked up in its folder by itself and links are followed by the kernel's own walk,
// so nothing outside the folder can be reached, whatever the host changes meanwhile. Node
// operations are plain functions: they block the CPU while the host works.
#pragma once

#include "fs/file_system.h"
#include "hal/host_folders.h"

namespace jacinth::fs {

// `folder` becomes the root, and stays open. The caller has the first use. EIO and what the host
// says; ENOMEM.
ErrnoOr<RefPtr<FileSystem>> create_host_fs(hal::HostFile folder);

}  // namespace jacinth::fs
