// procfs: processes and the system as files.
#pragma once

#include "fs/file_system.h"

namespace jacinth::linux {

// The caller has the first use. NOMEM.
ErrnoOr<RefPtr<fs::FileSystem>> create_procfs();
// The little of /sys that C libraries and tools ask for.
ErrnoOr<RefPtr<fs::FileSystem>> create_sysfs();

}  // namespace jacinth::linux
