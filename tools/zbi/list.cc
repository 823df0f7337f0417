// zbi list
#include <format>
#include <print>

#include "commands.h"
#include "open_image.h"
#include "storage.h"

namespace jacinth::zbi_tool {
namespace {

std::string details(const image::ZbiItem& item) {
  if (image::is_storage(item.type())) {
    return std::format("{}, {} bytes of content",
                       compression_name(image::compression_of(item.payload)), item.header.extra);
  }
  if (item.type() == image::ItemType::Cmdline) {
    std::string_view text(reinterpret_cast<const char*>(item.payload.data()), item.payload.size());
    return std::format("\"{}\"", printable(text.substr(0, text.find('\0'))));
  }
  return {};
}

std::string file_lines(std::string_view image_name, const image::ZbiItem& item) {
  std::string lines;
  const Buffer content = storage_content(image_name, item);
  for (image::BootfsFile file : open_bootfs(image_name, content)) {
    lines += std::format("{:>32}  {}\n", file.data.size(), printable(file.name));
  }
  return lines;
}

}  // namespace

void list(const std::filesystem::path& path) {
  const OpenImage image(path);
  // Printed at the end: a damaged image gives an error, not half a list before one.
  std::string lines =
      std::format("{:>10}  {:<18}{:>12}  {}\n", "OFFSET", "TYPE", "SIZE", "CONTENT");
  for (image::ZbiItem item : image.zbi) {
    lines += std::format("{:#010x}  {:<18}{:>12}  {}\n", item.offset, type_text(item.type()),
                         item.payload.size(), details(item));
    if (is_bootfs(item)) lines += file_lines(image.name, item);
  }
  std::print("{}", lines);
}

}  // namespace jacinth::zbi_tool
