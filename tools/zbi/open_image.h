// Reading images for the subcommands that look into them.
#pragma once

#include <string>
#include <string_view>

#include "files.h"
#include "image/bootfs.h"
#include "image/zbi.h"

namespace jacinth::zbi_tool {

// An image file and its checked structure, which points into it.
struct OpenImage {
  explicit OpenImage(const std::filesystem::path& path);
  OpenImage(const OpenImage&) = delete;
  OpenImage& operator=(const OpenImage&) = delete;

  std::string name;
  Buffer bytes;
  image::Zbi zbi;
};

// The checked BOOTFS within decompressed `content`, which must outlive it.
image::Bootfs open_bootfs(std::string_view file, image::Bytes content);

// Whether the item holds a BOOTFS.
bool is_bootfs(const image::ZbiItem& item);

// The type's name, or its number.
std::string type_text(image::ItemType type);

// Fit for a terminal: whatever is not printable ASCII becomes \xNN.
std::string printable(std::string_view text);

}  // namespace jacinth::zbi_tool
