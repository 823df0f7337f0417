// Signals for what happens to files (O_ASYNC).
#pragma once

#include "fs/file.h"
#include "linux/task/linux_process.h"

namespace jacinth::linux {

// From now on, whenever something becomes ready while the file has O_ASYNC, its owner (F_SETOWN)
// gets a signal: SIGIO, or the one of F_SETSIG, which tells `fd`. Once for each file, until its
// last descriptor goes; who cannot be waited for sends none. `caller` must be allowed to send it.
// NOMEM.
ErrnoOr<> begin_file_signals(fs::File& file, int32_t fd, LinuxProcess& caller);

}  // namespace jacinth::linux
