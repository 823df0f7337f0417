#include "open_image.h"

#include "failure.h"

namespace jacinth::zbi_tool {
namespace {

image::Zbi parse(std::string_view name, image::Bytes bytes) {
  const auto zbi = image::Zbi::parse(bytes);
  if (!zbi) fail(name, "", zbi.error());
  return *zbi;
}

}  // namespace

OpenImage::OpenImage(const std::filesystem::path& path)
    : name(path.string()), bytes(read_file(path)), zbi(parse(name, bytes)) {}

image::Bootfs open_bootfs(std::string_view file, image::Bytes content) {
  const auto bootfs = image::Bootfs::parse(content);
  if (!bootfs) fail(file, "BOOTFS", bootfs.error());
  return *bootfs;
}

bool is_bootfs(const image::ZbiItem& item) {
  return item.type() == image::ItemType::StorageBootfs ||
         item.type() == image::ItemType::StorageBootfsFactory;
}

std::string type_text(image::ItemType type) {
  const std::string_view name = image::item_type_name(type);
  if (!name.empty()) return std::string(name);
  return std::format("{:#010x}", static_cast<uint32_t>(type));
}

std::string printable(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c >= ' ' && c <= '~') {
      out += c;
    } else {
      out += std::format("\\x{:02x}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

}  // namespace jacinth::zbi_tool
