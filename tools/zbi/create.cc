// zbi create
#include <algorithm>
#include <charconv>

#include "commands.h"
#include "failure.h"
#include "image_writer.h"

namespace jacinth::zbi_tool {
namespace {

using image::Compression;
using image::ItemType;

struct GivenItem {
  ItemType type;
  std::string path;
};

// By name, or by number as 0x….
ItemType parse_type(std::string_view text) {
  if (const auto type = image::item_type_named(text)) return *type;
  if (text.starts_with("0x")) {
    uint32_t number = 0;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data() + 2, end, number, 16);
    if (error == std::errc() && stop == end) return static_cast<ItemType>(number);
  }
  fail(text, "unknown item type");
}

Compression parse_method(std::string_view text) {
  if (text == "lz4") return Compression::Lz4;
  if (text == "zstd") return Compression::Zstd;
  return Compression::None;
}

bool is_kernel(const GivenItem& item) {
  return item.type == ItemType::KernelX64 || item.type == ItemType::KernelArm64;
}

std::vector<GivenItem> parse_items(const std::vector<std::string>& texts) {
  std::vector<GivenItem> items;
  for (const std::string& text : texts) {
    const auto [type, path] = split_assignment(text);
    items.push_back({parse_type(type), std::string(path)});
    if (items.back().type == ItemType::Container) fail(text, "a container cannot hold another");
  }
  // A boot loader looks for the kernel at the very start.
  std::ranges::stable_partition(items, is_kernel);
  return items;
}

FileList collect_files(const CreateOptions& options) {
  FileList files;
  for (const std::string& text : options.files) files.add_assignment(text);
  for (const auto& directory : options.directories) files.add_directory(directory);
  for (const auto& manifest : options.manifests) files.add_manifest(manifest);
  return files;
}

}  // namespace

void create(const CreateOptions& options) {
  const FileList files = collect_files(options);
  const Compression method = parse_method(options.method);
  ImageWriter image;
  for (const GivenItem& item : parse_items(options.items)) {
    const Buffer content = read_file(item.path);
    if (image::is_storage(item.type)) {
      image.add_storage(item.type, item.path, content, method);
    } else {
      image.add(item.type, content);
    }
  }
  if (options.cmdline) {
    const std::string& text = *options.cmdline;
    image.add(ItemType::Cmdline, std::as_bytes(std::span(text.c_str(), text.size() + 1)));
  }
  // No way to name files was used: no file system. A directory without files makes an empty one.
  if (!options.files.empty() || !options.directories.empty() || !options.manifests.empty()) {
    image.add_storage(ItemType::StorageBootfs, "BOOTFS", make_bootfs(files), method);
  }
  write_file(options.output, image.finish());
}

}  // namespace jacinth::zbi_tool
