// What the tests of this layer share: a machine with a root file system in memory.
#pragma once

#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

#include "fs/mount.h"
#include "fs/operations.h"
#include "fs/tmpfs.h"
#include "vm/testing.h"

namespace jacinth {

inline void PrintTo(Errno error, std::ostream* out) {
  *out << (error == Errno{} ? "ok" : errno_name(error));
}

}  // namespace jacinth

namespace jacinth::fs {

// 0 for success, so that EXPECT_EQ shows the name's number.
template <typename T>
Errno error_of(const ErrnoOr<T>& result) {
  return result ? Errno{} : result.error();
}
inline constexpr Errno kOk{};

inline std::span<const std::byte> bytes_of(std::string_view text) {
  return std::as_bytes(std::span(text));
}

class FileWorld {
 public:
  explicit FileWorld(sim::Options options = {.ram_fill = 0xa5}) : memory(options) {
    RefPtr<Tmpfs> root_fs = *Tmpfs::create({.mode = 0755});
    mounts = *MountNamespace::create(*Mount::create(root_fs, root_fs->root(), 0, "root"));
    root_fs->end_use();
    root = here = mounts->root();
  }

  WalkFrom from() const { return {root, here, who}; }
  WalkFrom from(const Path& base) const { return {root, base, who}; }

  // What cannot wait is opened at once.
  ErrnoOr<RefPtr<File>> open(std::string_view path, uint32_t flags, uint32_t mode = 0644) {
    auto opened = fs::open(from(), path, {.flags = flags, .mode = mode});
    EXPECT_TRUE(opened.ready());
    return std::move(opened.value());
  }
  Path at(std::string_view path, uint32_t flags = walk_flags::kFollow) {
    ErrnoOr<Path> found = walk(from(), path, flags);
    EXPECT_TRUE(found) << path;
    return found ? *std::move(found) : Path();
  }
  Errno look(std::string_view path, uint32_t flags = walk_flags::kFollow) {
    return error_of(walk(from(), path, flags));
  }
  Attributes stat(std::string_view path, uint32_t flags = walk_flags::kFollow) {
    const auto found = fs::stat(from(), path, flags);
    EXPECT_TRUE(found) << path;
    return found.value_or(Attributes{});
  }
  Errno mkdir(std::string_view path, uint32_t mode = 0755) {
    return error_of(make_directory(from(), path, mode));
  }
  Errno symlink(std::string_view target, std::string_view path) {
    return error_of(make_symlink(target, from(), path));
  }
  Errno link(std::string_view old_path, std::string_view new_path) {
    return error_of(fs::link(from(), old_path, 0, from(), new_path));
  }
  Errno unlink(std::string_view path) { return error_of(fs::unlink(from(), path)); }
  Errno rmdir(std::string_view path) { return error_of(remove_directory(from(), path)); }
  Errno rename(std::string_view old_path, std::string_view new_path, uint32_t flags = 0) {
    return error_of(fs::rename(from(), old_path, from(), new_path, flags));
  }
  Errno touch(std::string_view path, std::string_view text = {}, uint32_t mode = 0644) {
    const auto file = open(path, open_flags::kCreate | open_flags::kWriteOnly, mode);
    if (!file) return file.error();
    if (!text.empty()) EXPECT_EQ(write(**file, text), text.size());
    return kOk;
  }

  static size_t write(File& file, std::string_view text) {
    return now(file.write(IoSource::kernel(bytes_of(text)), {})).value_or(~size_t{0});
  }
  static std::string read(File& file, size_t bytes = 1 << 20) {
    std::string text(bytes, '\0');
    const auto memory = std::as_writable_bytes(std::span(text));
    text.resize(now(file.read(IoTarget::kernel(memory), {})).value_or(0));
    return text;
  }
  std::string contents(std::string_view path) {
    const auto file = open(path, open_flags::kReadOnly);
    return file ? read(**file) : "(" + std::string(errno_name(file.error())) + ")";
  }
  template <typename T>
  static T now(exec::Eventually<T> result) {
    EXPECT_TRUE(result.ready());
    return std::move(result.value());
  }
  std::string path_of(const Path& path) {
    char buffer[kMaxPath];
    return std::string(describe(path, root, buffer).value_or("?"));
  }
  std::vector<std::string> list(std::string_view path) {
    std::vector<std::string> names;
    struct Sink final : DirectorySink {
      explicit Sink(std::vector<std::string>& out) : names(out) {}
      bool add(std::string_view name, uint64_t, FileType, uint64_t) override {
        names.emplace_back(name);
        return true;
      }
      std::vector<std::string>& names;
    } sink(names);
    const auto file = open(path, open_flags::kDirectory);
    EXPECT_TRUE(file && (*file)->read_directory(sink));
    return names;
  }
  // A file system over `path`, and the caller's use of it given up.
  RefPtr<Mount> mount(RefPtr<FileSystem> file_system, std::string_view path, uint32_t flags = 0) {
    RefPtr<Mount> made = *Mount::create(file_system, file_system->root(), flags, "test");
    file_system->end_use();
    EXPECT_TRUE(mounts->attach(made, at(path)));
    return made;
  }
  // Acts as an ordinary user until the world ends, or become_root().
  void become(uint32_t user, uint32_t group) {
    who = {.user = user, .group = group, .groups = {}, .capabilities = 0};
  }
  void become_root() { who = kRoot; }

  static constexpr Credentials kRoot{
      .user = 0, .group = 0, .groups = {}, .capabilities = capability::kAll};

  vm::MemoryMachine memory;
  RefPtr<MountNamespace> mounts;
  Credentials who = kRoot;
  Path root;
  Path here;
};

class FilesTest : public testing::Test {
 protected:
  FileWorld world;
};

}  // namespace jacinth::fs
