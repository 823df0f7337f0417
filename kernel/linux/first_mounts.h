// What is mounted before the first program runs: the root, /dev, /dev/pts, /dev/shm, /proc, /sys.
#pragma once

#include "fs/mount.h"

namespace jacinth::linux {

// A mount of a new file system as a whole; takes over the maker's use.
ErrnoOr<RefPtr<fs::Mount>> mount_whole(RefPtr<fs::FileSystem> system, std::string_view source);

// The folder of the host that the user has named, or an empty one in memory.
ErrnoOr<RefPtr<fs::Mount>> mount_root();

// After start_terminals(). Makes the directories that are missing.
ErrnoOr<> mount_first(fs::MountNamespace& mounts, const fs::Path& root);

}  // namespace jacinth::linux
