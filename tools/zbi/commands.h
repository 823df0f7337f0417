// The subcommands. Each throws Failure when it cannot do all of its work.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "image/zbi.h"

namespace jacinth::zbi_tool {

struct CreateOptions {
  std::filesystem::path output;
  std::optional<std::string> cmdline;
  std::string method = "none";     // of compressing storage; or lz4, zstd
  std::vector<std::string> files;  // NAME=PATH
  std::vector<std::filesystem::path> directories;
  std::vector<std::filesystem::path> manifests;
  std::vector<std::string> items;  // TYPE=PATH
};
// The given items in their order (a kernel item first of all), the command line, the BOOTFS.
void create(const CreateOptions& options);

// Prints the items, and the files of each BOOTFS, on stdout.
void list(const std::filesystem::path& path);

// Writes the BOOTFS's files, or those named, below `directory`.
void extract(const std::filesystem::path& path, const std::filesystem::path& directory,
             const std::vector<std::string>& names);

// Checks everything that can be checked.
void verify(const std::filesystem::path& path);

}  // namespace jacinth::zbi_tool
