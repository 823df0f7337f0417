#include "image/bootfs.h"

#include <gtest/gtest.h>

#include <ranges>
#include <string>

#include "image/test_images.h"

namespace jacinth::image {
namespace {

using test::Buffer;
using test::make_bootfs;
using test::put;
using test::text;

// The first entry is at 16 and takes 20 bytes, the second 16.
Buffer two_files() { return make_bootfs({{"bin/sh", "shell"}, {"etc", "x"}}); }

TEST(Bootfs, IteratesFilesInOrder) {
  const Buffer image = two_files();
  const auto bootfs = Bootfs::parse(image);
  ASSERT_TRUE(bootfs);
  const auto files = std::ranges::to<std::vector>(*bootfs);
  ASSERT_EQ(files.size(), 2u);
  EXPECT_EQ(files[0].name, "bin/sh");
  EXPECT_EQ(files[0].offset, 4096u);
  EXPECT_EQ(text(files[0].data), "shell");
  EXPECT_EQ(files[1].name, "etc");
  EXPECT_EQ(files[1].offset, 8192u);
  EXPECT_EQ(text(files[1].data), "x");
}

TEST(Bootfs, FindsByWholeName) {
  const Buffer image = two_files();
  const auto bootfs = Bootfs::parse(image);
  ASSERT_TRUE(bootfs);
  EXPECT_EQ(text(bootfs->find("bin/sh")->data), "shell");
  EXPECT_FALSE(bootfs->find("bin"));
  EXPECT_FALSE(bootfs->find("bin/sh2"));
  EXPECT_FALSE(bootfs->find(""));
}

TEST(Bootfs, AcceptsNoFilesAndEmptyFiles) {
  const Buffer none = make_bootfs({});
  ASSERT_TRUE(Bootfs::parse(none));
  EXPECT_FALSE(Bootfs::parse(none)->find("a"));

  const Buffer empty = make_bootfs({{"a", "x"}, {"empty", ""}});
  const auto bootfs = Bootfs::parse(empty);
  ASSERT_TRUE(bootfs);
  EXPECT_EQ(bootfs->find("empty")->data.size(), 0u);
  EXPECT_EQ(bootfs->find("empty")->offset, empty.size());
}

TEST(Bootfs, RefusesEveryTruncation) {
  const Buffer image = two_files();
  for (size_t size = 0; size < image.size(); ++size) {
    const auto bootfs = Bootfs::parse(test::prefix(image, size));
    ASSERT_FALSE(bootfs) << size;
    if (size < 16) EXPECT_BAD(bootfs, "too short for a BOOTFS", size);
    if (size >= 16 && size < 52) EXPECT_BAD(bootfs, "BOOTFS directory is cut short", size);
    if (size >= 52 && size < 4101) EXPECT_BAD(bootfs, "file passes the end of the BOOTFS", 16u);
    if (size >= 4101) EXPECT_BAD(bootfs, "file passes the end of the BOOTFS", 36u);
  }
}

TEST(Bootfs, RefusesADamagedDirectory) {
  struct Damage {
    size_t offset;
    uint32_t value;
    const char* what;
    uint64_t at;
  };
  constexpr Damage kDamages[] = {
      {0, 0, "not a BOOTFS", 0},
      {4, 35, "BOOTFS directory size is not a multiple of 4", 4},
      {4, 0xfffffffc, "BOOTFS directory is cut short", 8193},
      {4, 8, "directory entry is cut short", 16},
      {4, 12, "directory entry passes the end of the directory", 16},
      {4, 24, "directory entry is cut short", 36},
      {16, 0, "file name has an impossible length", 16},
      {16, 1, "file name has an impossible length", 16},
      {16, 257, "file name has an impossible length", 16},
      {16, 0xffffffff, "file name has an impossible length", 16},
      {16, 100, "directory entry passes the end of the directory", 16},
      {16, 6, "file name is not terminated", 16},
      {20, 0xffffffff, "file passes the end of the BOOTFS", 16},
      {20, 4098, "file passes the end of the BOOTFS", 16},
      {24, 4097, "file does not begin on a page", 16},
      {24, 0xfffff000, "file passes the end of the BOOTFS", 16},
      {24, 0, "file overlaps the directory", 16},
  };
  for (const Damage& damage : kDamages) {
    Buffer image = two_files();
    ASSERT_EQ(image.size(), 8193u);
    put(image, damage.offset, damage.value);
    EXPECT_BAD(Bootfs::parse(image), damage.what, damage.at);
  }
}

TEST(Bootfs, RefusesHostileNames) {
  for (std::string_view name :
       {"/etc", "..", "../x", "a/../b", "a/..", ".", "./a", "a/.", "a//b", "a/", "/"}) {
    EXPECT_FALSE(valid_bootfs_name(name)) << name;
    EXPECT_BAD(Bootfs::parse(make_bootfs({{name, "x"}})), "file name is not a plain relative path",
               16u);
  }
  using namespace std::literals;
  EXPECT_BAD(Bootfs::parse(make_bootfs({{"a\0b"sv, "x"}})),
             "file name is not a plain relative path", 16u);
}

TEST(Bootfs, KnowsValidNames) {
  for (std::string_view name : {"a", "a/b/c", "...", "a..b", ".hidden", "a b", "caf\xc3\xa9"}) {
    EXPECT_TRUE(valid_bootfs_name(name)) << name;
    EXPECT_TRUE(Bootfs::parse(make_bootfs({{name, "x"}}))) << name;
  }
  EXPECT_TRUE(valid_bootfs_name(std::string(255, 'a')));
  EXPECT_FALSE(valid_bootfs_name(std::string(256, 'a')));
  EXPECT_FALSE(valid_bootfs_name(""));
}

TEST(Bootfs, SurvivesEveryFlippedBitOfTheDirectory) {
  const Buffer good = two_files();
  for (size_t bit = 0; bit < 52 * 8; ++bit) {
    Buffer image = good;
    image[bit / 8] ^= std::byte(1 << (bit % 8));
    const auto bootfs = Bootfs::parse(image);
    if (!bootfs) continue;
    for (BootfsFile file : *bootfs) {
      EXPECT_TRUE(valid_bootfs_name(file.name));
      EXPECT_TRUE(fits(file.offset, file.data.size(), image.size()));
    }
  }
}

}  // namespace
}  // namespace jacinth::image
