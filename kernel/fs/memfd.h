// memfd_create(): files in memory without a name.
#pragma once

#include <string_view>

#include "fs/file.h"
#include "fs/regular_file.h"

namespace jacinth::fs {

// `name`, at most 249 bytes, is shown as "/memfd:name (deleted)". `sealable`: seals can be added; a
// file that is not counts as sealed against that. `executable`: mode 0777, else 0666. ENOMEM.
ErrnoOr<RefPtr<File>> make_memfd(std::string_view name, bool sealable, bool executable,
                                 const Credentials& who);

}  // namespace jacinth::fs
