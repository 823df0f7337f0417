#include "image/cpio.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <string>

namespace jacinth::image {
namespace {

// One entry as it lies in an archive.
std::string entry(const std::string& name, const std::string& data, unsigned mode = 0100644,
                  size_t extra_nuls = 0) {
  char header[111];
  const auto name_size = static_cast<unsigned>(name.size() + 1 + extra_nuls);
  snprintf(header, sizeof(header), "070701%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X", 7,
           mode, 1000, 100, 1, 12345, static_cast<unsigned>(data.size()), 8, 1, 0, 0, name_size, 0);
  std::string text = header + name + std::string(1 + extra_nuls, '\0');
  text.resize((text.size() + 3) / 4 * 4);
  text += data;
  text.resize((text.size() + 3) / 4 * 4);
  return text;
}
Bytes bytes(const std::string& text) { return std::as_bytes(std::span(text)); }
std::string text(Bytes data) { return {reinterpret_cast<const char*>(data.data()), data.size()}; }
const char* error_in(const std::string& archive) {
  CpioReader reader(bytes(archive));
  for (;;) {
    const auto found = reader.next();
    if (!found) {
      EXPECT_LE(found.error().offset, archive.size());
      EXPECT_TRUE(reader.next() && !*reader.next());
      return found.error().what;
    }
    if (!*found) return "none";
  }
}

TEST(Cpio, ReadsEntries) {
  const std::string archive =
      entry("dir", "", 040755) + entry("dir/file", "hello") + entry("TRAILER!!!", "");
  CpioReader reader(bytes(archive));
  const auto dir = **reader.next();
  EXPECT_EQ(dir.name, "dir");
  EXPECT_EQ(dir.mode, 040755u);
  EXPECT_TRUE(dir.data.empty());
  const auto file = **reader.next();
  EXPECT_EQ(file.name, "dir/file");
  EXPECT_EQ(text(file.data), "hello");
  EXPECT_EQ(file.user, 1000u);
  EXPECT_EQ(file.group, 100u);
  EXPECT_EQ(file.modified, 12345u);
  EXPECT_EQ(file.inode, 7u);
  EXPECT_EQ(file.device_major, 8u);
  EXPECT_EQ(archive.substr(file.offset, 5), "hello");
  EXPECT_FALSE(*reader.next());
  EXPECT_FALSE(*reader.next());
}

TEST(Cpio, ArchivesInARow) {
  const std::string one = entry("a", "1") + entry("TRAILER!!!", "") + std::string(512, '\0');
  const std::string archive = one + entry("b", "2");  // and no trailer
  CpioReader reader(bytes(archive));
  EXPECT_EQ((*reader.next())->name, "a");
  EXPECT_EQ((*reader.next())->name, "b");
  EXPECT_FALSE(*reader.next());
  EXPECT_STREQ(error_in(""), "none");
  EXPECT_STREQ(error_in(std::string(64, '\0')), "none");
}

TEST(Cpio, PaddedNamesAlignData) {
  const std::string archive = entry("aligned", "data", 0100644, 4096 - 110 - 8);
  CpioReader reader(bytes(archive));
  const auto file = **reader.next();
  EXPECT_EQ(file.name, "aligned");
  EXPECT_EQ(file.offset, 4096u);
}

TEST(Cpio, Errors) {
  const std::string good = entry("name", "data");
  EXPECT_STREQ(error_in("070701"), "cpio header is cut short");
  EXPECT_STREQ(error_in("x" + good), "not a newc cpio header");
  EXPECT_STREQ(error_in(good.substr(0, 112)), "cpio name is cut short");
  EXPECT_STREQ(error_in(good.substr(0, good.size() - 4)), "cpio file is cut short");
  std::string changed = good;
  changed[10] = 'g';
  EXPECT_STREQ(error_in(changed), "cpio header field is not hexadecimal");
  changed = good;
  changed[114] = 'x';  // in place of the NUL
  EXPECT_STREQ(error_in(changed), "cpio name is not terminated");
  EXPECT_STREQ(error_in(entry("", "")), "cpio name has a bad size");
  EXPECT_STREQ(error_in(entry("", "", 0100644, 1)), "cpio name is empty");
  EXPECT_STREQ(error_in(entry(std::string(4096, 'n'), "")), "cpio name has a bad size");
  EXPECT_STREQ(error_in(std::string(1, '\0') + good), "cpio header is not aligned");
}

}  // namespace
}  // namespace jacinth::image
