// zbi list
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

void list_files(std::string_view image_name, const image::ZbiItem& item) {
  const Buffer content = storage_content(image_name, item);
  for (image::BootfsFile file : open_bootfs(image_name, content)) {
    std::println("{:>32}  {}", file.data.size(), printable(file.name));
  }
}

}  // namespace

void list(const std::filesystem::path& path) {
  const OpenImage image(path);
  std::println("{:>10}  {:<18}{:>12}  {}", "OFFSET", "TYPE", "SIZE", "CONTENT");
  for (image::ZbiItem item : image.zbi) {
    std::println("{:#010x}  {:<18}{:>12}  {}", item.offset, type_text(item.type()),
                 item.payload.size(), details(item));
    if (is_bootfs(item)) list_files(image.name, item);
  }
}

}  // namespace jacinth::zbi_tool
