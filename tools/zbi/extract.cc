// zbi extract
#include <set>

#include "commands.h"
#include "failure.h"
#include "open_image.h"
#include "storage.h"

namespace jacinth::zbi_tool {
namespace {

namespace fs = std::filesystem;

// The name has been checked to stay below `directory` (image::valid_bootfs_name).
void extract_file(const fs::path& directory, const image::BootfsFile& file) {
  const fs::path path = directory / file.name;
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  if (error) fail(path.parent_path().string(), error.message());
  write_file(path, file.data);
}

}  // namespace

void extract(const fs::path& path, const fs::path& directory,
             const std::vector<std::string>& names) {
  const OpenImage image(path);
  std::set<std::string, std::less<>> wanted(names.begin(), names.end());
  bool found_bootfs = false;
  for (image::ZbiItem item : image.zbi) {
    if (!is_bootfs(item)) continue;
    found_bootfs = true;
    const Buffer content = storage_content(image.name, item);
    for (image::BootfsFile file : open_bootfs(image.name, content)) {
      if (!names.empty() && wanted.erase(std::string(file.name)) == 0) continue;
      extract_file(directory, file);
    }
  }
  if (!found_bootfs) fail(image.name, "has no BOOTFS");
  if (!wanted.empty()) fail(image.name, std::format("has no file {}", printable(*wanted.begin())));
}

}  // namespace jacinth::zbi_tool
