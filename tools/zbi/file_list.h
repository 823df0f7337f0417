// Which files go into a BOOTFS, and under which names.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

namespace jacinth::zbi_tool {

// Sorted by name, so that the order in which files were given leaves no trace in the image.
class FileList {
 public:
  // All throw Failure for a name that BOOTFS cannot hold and for a name given twice.
  void add(std::string_view name, const std::filesystem::path& path);
  // "NAME=PATH".
  void add_assignment(std::string_view text);
  // All regular files below, named by their path from there.
  void add_directory(const std::filesystem::path& directory);
  // Lines of NAME=PATH, each PATH as seen from the manifest's directory; empty lines and lines that
  // begin with # say nothing.
  void add_manifest(const std::filesystem::path& manifest);

  const std::map<std::string, std::filesystem::path, std::less<>>& files() const { return files_; }

 private:
  std::map<std::string, std::filesystem::path, std::less<>> files_;
};

// The halves of "LEFT=RIGHT" around the first '='; throws Failure when one of them is missing.
std::pair<std::string_view, std::string_view> split_assignment(std::string_view text);

}  // namespace jacinth::zbi_tool
