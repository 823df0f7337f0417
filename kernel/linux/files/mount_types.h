// The types of file system that mount() knows.
#pragma once

#include <string_view>

#include "fs/file_system.h"

namespace jacinth::linux {

// Makes a file system of the type, or gives the one that there is; the caller gets a use of it
// (FileSystem::end_use). `options`: mount()'s data. EINVAL, ENOMEM.
using MakeFileSystem = ErrnoOr<RefPtr<fs::FileSystem>> (*)(std::string_view options);

// tmpfs, ramfs and devtmpfs are there from the start. `type` lives for ever. At start-up, a fixed
// number of them. NOSPC.
ErrnoOr<> register_file_system_type(std::string_view type, MakeFileSystem make);

}  // namespace jacinth::linux
