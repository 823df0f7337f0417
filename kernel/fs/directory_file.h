// Open directories.
#pragma once

#include "fs/file.h"

namespace jacinth::fs {

ErrnoOr<RefPtr<File>> open_directory(const Path& place, Node& node, uint32_t flags);
// O_PATH: any kind of node, for its place alone.
ErrnoOr<RefPtr<File>> open_place(const Path& place, uint32_t flags);

}  // namespace jacinth::fs
