// A folder of the test machine's host, as programs see it.
#include "fs/host_fs.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "fs/testing.h"

namespace jacinth::fs {
namespace {

namespace files = std::filesystem;

class HostFsTest : public FilesTest {
 protected:
  HostFsTest() {
    std::string pattern = files::temp_directory_path() / "hostfs-XXXXXX";
    outside = mkdtemp(pattern.data());
    folder = outside / "folder";
    files::create_directory(folder);
    write(outside / "secret", "secret");
    write(folder / "file", "contents");
    EXPECT_EQ(world.mkdir("/h"), kOk);
    const int file = ::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
    world.mount(*create_host_fs(file), "/h");
  }
  ~HostFsTest() override { files::remove_all(outside); }

  static void write(const files::path& path, std::string_view text) { std::ofstream(path) << text; }
  static std::string read(const files::path& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  files::path outside, folder;
};

TEST_F(HostFsTest, ReadsWhatIsThere) {
  EXPECT_EQ(world.contents("/h/file"), "contents");
  EXPECT_EQ(world.stat("/h/file").size, 8u);
  EXPECT_EQ(world.look("/h/none"), Errno::NOENT);
  write(folder / "file", "changed outside");
  EXPECT_EQ(world.contents("/h/file"), "changed outside");
  EXPECT_EQ(world.stat("/h/file").size, 15u);
  const auto names = world.list("/h");
  EXPECT_EQ(names, (std::vector<std::string>{".", "..", "file"}));
}

TEST_F(HostFsTest, ChangesAreTheHosts) {
  EXPECT_EQ(world.touch("/h/new", "written here"), kOk);
  EXPECT_EQ(read(folder / "new"), "written here");
  EXPECT_EQ(world.mkdir("/h/d"), kOk);
  EXPECT_EQ(world.rename("/h/new", "/h/d/moved"), kOk);
  EXPECT_EQ(read(folder / "d/moved"), "written here");
  EXPECT_EQ(world.link("/h/d/moved", "/h/also"), kOk);
  EXPECT_EQ(world.stat("/h/also").links, 2u);
  EXPECT_EQ(world.symlink("d/moved", "/h/link"), kOk);
  EXPECT_EQ(world.contents("/h/link"), "written here");
  EXPECT_EQ(world.rmdir("/h/d"), Errno::NOTEMPTY);
  EXPECT_EQ(world.unlink("/h/d/moved"), kOk);
  EXPECT_EQ(world.rmdir("/h/d"), kOk);
  EXPECT_FALSE(files::exists(folder / "d"));
  ASSERT_TRUE(truncate(world.at("/h/also"), world.who, 3));
  EXPECT_EQ(read(folder / "also"), "wri");
  ASSERT_TRUE(change_mode(world.at("/h/also"), world.who, 0600));
  EXPECT_EQ(files::status(folder / "also").permissions(),
            files::perms::owner_read | files::perms::owner_write);
}

TEST_F(HostFsTest, NothingLeadsOutOfTheFolder) {
  EXPECT_EQ(world.look("/h/../secret"), Errno::NOENT);
  files::create_symlink("../secret", folder / "up");
  files::create_symlink(outside / "secret", folder / "absolute");
  files::create_directory_symlink(outside, folder / "directory");
  EXPECT_EQ(world.look("/h/up"), Errno::NOENT);
  EXPECT_EQ(world.look("/h/absolute"), Errno::NOENT);
  EXPECT_EQ(world.look("/h/directory/secret"), Errno::NOENT);
  // Made in the programs' own tree, where they lead to.
  EXPECT_EQ(world.touch("/secret", "ours"), kOk);
  EXPECT_EQ(world.contents("/h/up"), "ours");
  EXPECT_EQ(read(outside / "secret"), "secret");
}

TEST_F(HostFsTest, AFolderMovedAwayOnTheHostStaysAWall) {
  files::create_directories(folder / "a/b");
  const Path inside = world.at("/h/a/b");
  files::rename(folder / "a", outside / "a");
  const WalkFrom from{world.root, inside, world.who};
  EXPECT_EQ(error_of(walk(from, "../../secret", 0)), Errno::NOENT);
  EXPECT_EQ(error_of(walk(from, "../../file", 0)), kOk);
  EXPECT_EQ(world.look("/h/a"), Errno::NOENT);
}

TEST_F(HostFsTest, AFileExchangedForALinkIsNotFollowed) {
  const Path file = world.at("/h/file");
  files::remove(folder / "file");
  files::create_symlink(outside / "secret", folder / "file");
  auto opened = open_at(file, world.who, open_flags::kReadOnly);
  ASSERT_TRUE(opened.ready());
  // The file that was found, although it has no name any more.
  ASSERT_TRUE(opened.value());
  EXPECT_EQ(world.read(**opened.value()), "contents");
  EXPECT_EQ(world.look("/h/file"), Errno::NOENT);
}

TEST_F(HostFsTest, PositionsAppendingAndMapping) {
  const auto file = world.open("/h/file", open_flags::kReadWrite | open_flags::kAppend);
  ASSERT_TRUE(file);
  EXPECT_EQ(world.read(**file, 3), "con");
  EXPECT_EQ(world.write(**file, "+"), 1u);
  EXPECT_EQ(read(folder / "file"), "contents+");
  EXPECT_EQ(*(*file)->seek(File::Whence::End, -1), 8u);
  EXPECT_EQ(world.read(**file), "+");
  EXPECT_EQ(error_of((*file)->seek(File::Whence::Start, -1)), Errno::INVAL);
  const auto mapped = (*file)->map({});
  ASSERT_TRUE(mapped);
  EXPECT_EQ((*mapped)->size(), kPageSize);
}

TEST_F(HostFsTest, WhatMappingsChangeGetsToTheHost) {
  write(folder / "file", std::string(kPageSize, '.') + "the end");
  const auto file = world.open("/h/file", open_flags::kReadWrite);
  ASSERT_TRUE(file);
  const auto mapped = (*file)->map({.shared = true, .writable = true});
  ASSERT_TRUE(mapped);
  EXPECT_EQ(*(*file)->map({}), *mapped);
  ASSERT_TRUE((*mapped)->write(kPageSize, std::as_bytes(std::span("THE", 3))));
  // Behind the end, where the file has nothing.
  ASSERT_TRUE((*mapped)->write(kPageSize + 10, std::as_bytes(std::span("x", 1))));
  ASSERT_TRUE((*file)->write_back(0, kPageSize));
  EXPECT_EQ(read(folder / "file"), std::string(kPageSize, '.') + "the end");
  EXPECT_EQ(world.contents("/h/file"), std::string(kPageSize, '.') + "THE end");
  EXPECT_EQ(read(folder / "file"), std::string(kPageSize, '.') + "THE end");

  // What the host writes meanwhile stays, and shows in the next mapping.
  std::fstream(folder / "file", std::ios::in | std::ios::out) << "host";
  ASSERT_TRUE((*mapped)->write(100, std::as_bytes(std::span("mapping", 7))));
  ASSERT_TRUE((*file)->sync());
  EXPECT_EQ(read(folder / "file").substr(0, 107), "host" + std::string(96, '.') + "mapping");
  ASSERT_TRUE((*file)->map({}));
  std::array<std::byte, 4> start;
  ASSERT_TRUE((*mapped)->read(0, start));
  EXPECT_EQ(start[0], std::byte{'h'});
}

}  // namespace
}  // namespace jacinth::fs
