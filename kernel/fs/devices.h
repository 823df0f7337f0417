// Device nodes: from a node's number to what it opens.
#pragma once

#include <string_view>

#include "fs/file.h"
#include "fs/file_system.h"

namespace jacinth::fs {

// Makes the file for an opened device node.
using OpenDevice = exec::Eventually<ErrnoOr<RefPtr<File>>> (*)(const Path& place, Node& node,
                                                               uint32_t flags);

// Says who opens the character devices `major`:[first, first + count). At start-up; a fixed number
// of them. ENOSPC.
ErrnoOr<> register_device(uint32_t major, uint32_t first, uint32_t count, OpenDevice open);

// ENXIO: nobody knows the number.
exec::Eventually<ErrnoOr<RefPtr<File>>> open_device(const Path& place, Node& node, uint32_t flags);

// A tmpfs with null, zero, full, random and urandom in it; devices that other layers register are
// added by them (add_device). The caller has the first use.
ErrnoOr<RefPtr<FileSystem>> create_devtmpfs();
// An entry in the root of `devices`. EEXIST; ENOMEM.
ErrnoOr<> add_device(FileSystem& devices, std::string_view name, uint32_t mode,
                     DeviceNumber number);
ErrnoOr<> add_symlink(FileSystem& devices, std::string_view name, std::string_view target);
ErrnoOr<> add_directory(FileSystem& devices, std::string_view name, uint32_t mode);

}  // namespace jacinth::fs
