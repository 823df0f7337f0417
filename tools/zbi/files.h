// Whole files in and out. All functions throw Failure with the system's reason.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "image/bytes.h"

namespace jacinth::zbi_tool {

using Buffer = std::vector<std::byte>;

Buffer read_file(const std::filesystem::path& path);

// Readers see the old file or the whole new one, never a part: the bytes go to a temporary file
// beside it, which then takes its name. What is no regular file (a pipe, a device) is written to.
void write_file(const std::filesystem::path& path, image::Bytes bytes);

}  // namespace jacinth::zbi_tool
