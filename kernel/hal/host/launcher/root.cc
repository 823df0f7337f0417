#include "hal/host/launcher/root.h"

#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <vector>

#include "hal/host/launcher/launch.h"
#include "image/gzip.h"

namespace jacinth::launcher {
namespace {

namespace files = std::filesystem;

// Writes a cpio archive in the format "newc": a header of hexadecimal numbers, the name, the
// contents, each padded to four bytes.
class Archive {
 public:
  void add(const std::string& name, const struct stat& about, std::span<const char> contents) {
    std::array<char, 111> header;
    const auto directory_links = static_cast<unsigned>(about.st_nlink);
    std::snprintf(
        header.data(), header.size(), "070701%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x",
        ++number_, about.st_mode, about.st_uid, about.st_gid, directory_links,
        static_cast<unsigned>(about.st_mtime), static_cast<unsigned>(contents.size()), 0u, 0u,
        major(about.st_rdev), minor(about.st_rdev), static_cast<unsigned>(name.size() + 1), 0u);
    append({header.data(), 110});
    append(std::span(name.c_str(), name.size() + 1));
    pad();
    append(contents);
    pad();
  }
  std::span<const std::byte> finish() {
    struct stat none{};
    none.st_nlink = 1;
    add("TRAILER!!!", none, {});
    return std::as_bytes(std::span(bytes_));
  }

 private:
  void append(std::span<const char> bytes) {
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
  }
  void pad() { bytes_.resize((bytes_.size() + 3) & ~size_t{3}); }

  std::vector<char> bytes_;
  unsigned number_ = 0;
};

std::vector<char> contents_of(const files::path& path, const struct stat& about) {
  std::vector<char> contents;
  if (S_ISLNK(about.st_mode)) {
    const std::string target = files::read_symlink(path).string();
    contents.assign(target.begin(), target.end());
  } else if (S_ISREG(about.st_mode)) {
    std::ifstream file(path, std::ios::binary);
    contents.assign(std::istreambuf_iterator<char>(file), {});
    if (file.bad() || !file.is_open())
      throw LaunchError(path.string() + ": " + std::strerror(errno));
  }
  return contents;
}

host::StartImage add_directory(Ram& ram, const std::string& root) {
  Archive archive;
  try {
    for (const auto& entry : files::recursive_directory_iterator(root)) {
      struct stat about{};
      if (lstat(entry.path().c_str(), &about) != 0)
        throw LaunchError(entry.path().string() + ": " + std::strerror(errno));
      archive.add(entry.path().lexically_relative(root).string(), about,
                  contents_of(entry.path(), about));
    }
  } catch (const files::filesystem_error& error) {
    throw LaunchError(error.what());
  }
  return ram.add_bytes(archive.finish());
}

class UnpackedArchive final : public image::Unpacked {
 public:
  bool append(std::byte byte) override {
    bytes_.push_back(byte);
    return true;
  }
  bool repeat(size_t distance, size_t count) override {
    if (distance > bytes_.size() - start_) return false;
    for (; count != 0; --count) bytes_.push_back(bytes_[bytes_.size() - distance]);
    return true;
  }
  image::Bytes view() const override { return std::span(bytes_).subspan(start_); }
  void restart() override { start_ = bytes_.size(); }
  std::span<const std::byte> whole() const { return bytes_; }

 private:
  std::vector<std::byte> bytes_;
  size_t start_ = 0;
};

// An archive as it is, or compressed.
host::StartImage add_archive(Ram& ram, const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::vector<char> start = [&file] {
    std::vector<char> bytes(3);
    file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    return bytes;
  }();
  if (!file || !image::is_gzip(std::as_bytes(std::span(start)))) return ram.add_file(path);
  file.seekg(0);
  const std::vector<char> packed(std::istreambuf_iterator<char>(file), {});
  UnpackedArchive archive;
  const auto done = image::gunzip(std::as_bytes(std::span(packed)), archive);
  if (!done)
    throw LaunchError(path + ": not a good gzip file: " + done.error().what + " at byte " +
                      std::to_string(done.error().offset));
  return ram.add_bytes(archive.whole());
}

}  // namespace

host::StartImage add_root(Ram& ram, const std::string& path) {
  return files::is_directory(path) ? add_directory(ram, path) : add_archive(ram, path);
}

}  // namespace jacinth::launcher
