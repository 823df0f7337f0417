#include "fs/initramfs.h"

#include <cstdio>

#include "fs/testing.h"

namespace jacinth::fs {
namespace {

std::string entry(const std::string& name, const std::string& data, unsigned mode,
                  unsigned inode = 1, unsigned links = 1) {
  char header[111];
  snprintf(header, sizeof(header), "070701%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X",
           inode, mode, 5, 6, links, 1000, static_cast<unsigned>(data.size()), 0, 0, 1, 3,
           static_cast<unsigned>(name.size() + 1), 0);
  std::string text = header + name + '\0';
  text.resize((text.size() + 3) / 4 * 4);
  text += data;
  text.resize((text.size() + 3) / 4 * 4);
  return text;
}

class InitramfsTest : public FilesTest {
 protected:
  Errno unpack(const std::string& archive) {
    CpioUnpacker unpacker(std::as_bytes(std::span(archive)), world.root);
    return error_of(unpacker.run());
  }
};

TEST_F(InitramfsTest, MakesAllKinds) {
  const std::string large(100'000, 'L');
  EXPECT_EQ(unpack(entry(".", "", 040700) + entry("bin", "", 040755) +
                   entry("bin/sh", "program", 0104755, 2, 2) + entry("bin/large", large, 0100600) +
                   entry("sbin", "bin", 0120777) + entry("sbin/ash", "", 0104755, 2, 2) +
                   entry("null", "", 020666) + entry("fifo", "", 010600)),
            kOk);
  EXPECT_EQ(world.contents("/sbin/sh"), "program");
  EXPECT_EQ(world.contents("/bin/ash"), "program");
  EXPECT_EQ(world.contents("/bin/large"), large);
  EXPECT_EQ(world.stat("/bin/sh").links, 2u);
  EXPECT_EQ(world.stat("/bin/sh").mode, 0104755u);
  EXPECT_EQ(world.stat("/bin/sh").user, 5u);
  EXPECT_EQ(world.stat("/bin/sh").modified.seconds, 1000);
  EXPECT_EQ(world.stat("/").mode, 040700u);
  EXPECT_EQ(world.stat("/null").device, (DeviceNumber{.major = 1, .minor = 3}));
  EXPECT_EQ(world.stat("/fifo").mode, 010600u);
}

TEST_F(InitramfsTest, LaterEntriesReplaceEarlierOnes) {
  EXPECT_EQ(unpack(entry("d", "", 040755) + entry("d/f", "old", 0100644) + entry("x", "", 040755) +
                   entry("d/f", "new", 0100644) + entry("d", "", 040711) +
                   entry("x", "now a file", 0100644)),
            kOk);
  EXPECT_EQ(world.contents("/d/f"), "new");
  EXPECT_EQ(world.contents("/x"), "now a file");
  EXPECT_EQ(world.stat("/d").mode, 040711u);
}

TEST_F(InitramfsTest, NothingLeadsOut) {
  ASSERT_EQ(world.mkdir("/jail"), kOk);
  const std::string archive = entry("../../out", "x", 0100644) + entry("l", "/..", 0120777) +
                              entry("l/above", "y", 0100644);
  CpioUnpacker unpacker(std::as_bytes(std::span(archive)), world.at("/jail"));
  EXPECT_TRUE(unpacker.run());
  EXPECT_EQ(world.look("/out"), Errno::NOENT);
  EXPECT_EQ(world.contents("/jail/out"), "x");
  EXPECT_EQ(world.contents("/jail/above"), "y");
}

TEST_F(InitramfsTest, Errors) {
  const std::string archive = entry("a", "x", 0100644) + "garbage!";
  CpioUnpacker unpacker(std::as_bytes(std::span(archive)), world.root);
  EXPECT_EQ(error_of(unpacker.run()), Errno::INVAL);
  EXPECT_STREQ(unpacker.archive_error().what, "cpio header is cut short");
  EXPECT_EQ(world.contents("/a"), "x");
  EXPECT_EQ(unpack(entry("none/f", "x", 0100644)), Errno::NOENT);
}

TEST_F(InitramfsTest, EveryAllocationMayFail) {
  const std::string archive = entry("d", "", 040755) + entry("d/f", "contents", 0100644, 2, 2) +
                              entry("d/g", "", 0100644, 2, 2) + entry("l", "d", 0120777);
  const auto run = [&] {
    const Errno error = unpack(archive);
    EXPECT_TRUE(error == kOk || error == Errno::NOMEM) << errno_name(error);
  };
  EXPECT_GT(sim::for_each_allocation_failure(run), 10u);
  EXPECT_EQ(world.contents("/d/g"), "contents");
}

}  // namespace
}  // namespace jacinth::fs
