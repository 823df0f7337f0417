// zbi verify
#include <algorithm>
#include <print>
#include <set>

#include "commands.h"
#include "failure.h"
#include "open_image.h"
#include "storage.h"

namespace jacinth::zbi_tool {
namespace {

bool all_zero(image::Bytes bytes) {
  return std::ranges::all_of(bytes, [](std::byte byte) { return byte == std::byte{0}; });
}

// Files are mapped by whole pages, so what follows one on its last page shows through.
void check_padding(std::string_view image_name, image::Bytes content,
                   const image::BootfsFile& file) {
  const uint64_t end = file.offset + file.data.size();
  const uint64_t padded =
      std::min<uint64_t>(*image::round_up(end, image::kBootfsPageSize), content.size());
  if (!all_zero(content.subspan(end, padded - end))) {
    fail(image_name, std::format("{}: not padded with zeros", printable(file.name)));
  }
}

// How many files there are.
size_t verify_bootfs(std::string_view image_name, image::Bytes content) {
  std::set<std::string_view> names;
  for (image::BootfsFile file : open_bootfs(image_name, content)) {
    if (!names.insert(file.name).second) {
      fail(image_name, std::format("{}: in the BOOTFS twice", printable(file.name)));
    }
    check_padding(image_name, content, file);
  }
  return names.size();
}

}  // namespace

void verify(const std::filesystem::path& path) {
  const OpenImage image(path);
  if (!all_zero(image::Bytes(image.bytes).subspan(image.zbi.bytes().size()))) {
    fail(image.name, "bytes other than zero follow the container");
  }
  size_t items = 0;
  size_t files = 0;
  for (image::ZbiItem item : image.zbi) {
    ++items;
    if (auto checked = item.check_crc(); !checked) fail(image.name, "", checked.error());
    if (!image::is_storage(item.type())) continue;
    const Buffer content = storage_content(image.name, item);
    if (is_bootfs(item)) files += verify_bootfs(image.name, content);
  }
  std::println("{}: good ({} items, {} files)", image.name, items, files);
}

}  // namespace jacinth::zbi_tool
