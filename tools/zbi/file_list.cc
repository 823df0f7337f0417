#include "file_list.h"

#include "failure.h"
#include "files.h"
#include "image/bootfs.h"

namespace jacinth::zbi_tool {
namespace {

namespace fs = std::filesystem;

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r";
  const size_t first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

}  // namespace

std::pair<std::string_view, std::string_view> split_assignment(std::string_view text) {
  const size_t equals = text.find('=');
  if (equals == std::string_view::npos || equals == 0 || equals + 1 == text.size()) {
    fail(text, "not of the form NAME=PATH");
  }
  return {text.substr(0, equals), text.substr(equals + 1)};
}

void FileList::add(std::string_view name, const fs::path& path) {
  if (!image::valid_bootfs_name(name)) {
    fail(name, "not a plain relative path of at most 255 bytes");
  }
  if (!files_.emplace(name, path).second) fail(name, "given twice");
}

void FileList::add_assignment(std::string_view text) {
  const auto [name, path] = split_assignment(text);
  add(name, path);
}

void FileList::add_directory(const fs::path& directory) {
  std::error_code error;
  fs::recursive_directory_iterator walk(directory, error);
  if (error) fail(directory.string(), error.message());
  for (const fs::directory_entry& entry : walk) {
    if (!entry.is_regular_file()) continue;
    add(entry.path().lexically_relative(directory).generic_string(), entry.path());
  }
}

void FileList::add_manifest(const fs::path& manifest) {
  const Buffer bytes = read_file(manifest);
  std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  for (int line_number = 1; !text.empty(); ++line_number) {
    const size_t end = text.find('\n');
    const std::string_view line = trimmed(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    if (line.empty() || line.starts_with('#')) continue;
    try {
      const auto [name, path] = split_assignment(line);
      add(trimmed(name), manifest.parent_path() / trimmed(path));
    } catch (const Failure& failure) {
      fail(std::format("{}:{}", manifest.string(), line_number), failure.what());
    }
  }
}

}  // namespace jacinth::zbi_tool
