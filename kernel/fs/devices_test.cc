#include "fs/devices.h"

#include <algorithm>

#include "fs/generated_file.h"
#include "fs/memory_devices.h"
#include "fs/testing.h"

namespace jacinth::fs {
namespace {

using namespace open_flags;

class DevicesTest : public FilesTest {
 protected:
  DevicesTest() {
    EXPECT_EQ(world.mkdir("/dev"), kOk);
    world.mount(*create_devtmpfs(), "/dev");
  }
  RefPtr<File> open(std::string_view path) { return *world.open(path, kReadWrite); }
};

TEST_F(DevicesTest, Null) {
  const auto file = open("/dev/null");
  EXPECT_EQ(FileWorld::read(*file), "");
  EXPECT_EQ(FileWorld::write(*file, "anything"), 8u);
  EXPECT_FALSE(file->can_poll());
  EXPECT_EQ(error_of(file->map({})), Errno::NODEV);
  EXPECT_EQ(world.stat("/dev/null").mode, mode_of(FileType::CharDevice, 0666));
}

TEST_F(DevicesTest, ZeroAndFull) {
  const auto zero = open("/dev/zero");
  EXPECT_EQ(FileWorld::read(*zero, 1000), std::string(1000, '\0'));
  EXPECT_EQ(FileWorld::write(*zero, "x"), 1u);
  const auto mapped = *zero->map({.shared = true, .writable = true});
  EXPECT_NE(mapped, *zero->map({.shared = true, .writable = true}));
  const auto full = open("/dev/full");
  EXPECT_EQ(FileWorld::read(*full, 3), std::string(3, '\0'));
  EXPECT_EQ(error_of(FileWorld::now(full->write(IoSource::kernel(bytes_of("x")), {}))),
            Errno::NOSPC);
}

TEST_F(DevicesTest, Random) {
  const auto file = open("/dev/urandom");
  const std::string one = FileWorld::read(*file, 64);
  EXPECT_EQ(one.size(), 64u);
  EXPECT_NE(one, FileWorld::read(*open("/dev/random"), 64));
  EXPECT_EQ(file->readiness(), ready::kIn | ready::kOut);
}

TEST_F(DevicesTest, UnknownNumbers) {
  ASSERT_TRUE(make_node(world.from(), "/dev/x", FileType::CharDevice, 0666, {.major = 200}));
  EXPECT_EQ(error_of(world.open("/dev/x", kReadOnly)), Errno::NXIO);
  ASSERT_TRUE(
      make_node(world.from(), "/dev/b", FileType::BlockDevice, 0666, {.major = 1, .minor = 3}));
  EXPECT_EQ(error_of(world.open("/dev/b", kReadOnly)), Errno::NXIO);
  ASSERT_TRUE(register_device(200, 0, 4, [](const Path&, Node& node, uint32_t) {
    return exec::Eventually<ErrnoOr<RefPtr<File>>>(
        fail(node.device().minor == 0 ? Errno::BUSY : Errno::IO));
  }));
  EXPECT_EQ(error_of(world.open("/dev/x", kReadOnly)), Errno::BUSY);  // what the driver says
}

TEST_F(DevicesTest, MountsWithoutDevices) {
  ASSERT_TRUE(world.mounts->set_flags(world.at("/dev"), mount_flags::kNoDevices));
  EXPECT_EQ(error_of(world.open("/dev/null", kReadOnly)), Errno::ACCES);
}

TEST_F(DevicesTest, SocketsAreNotOpened) {
  ASSERT_TRUE(make_node(world.from(), "/socket", FileType::Socket, 0666, {}));
  EXPECT_EQ(error_of(world.open("/socket", kReadOnly)), Errno::NXIO);
}

// --- generated files ---

class CountingFile final : public GeneratedFile {
 public:
  explicit CountingFile(RefPtr<Node> node) : GeneratedFile({}, std::move(node), kReadOnly) {}

 protected:
  ErrnoOr<> generate(TextSink& out) override {
    format_to(out, "made {} times\n", ++made_);
    return {};
  }

 private:
  int made_ = 0;
};

TEST_F(DevicesTest, GeneratedFiles) {
  const auto file = *make_ref<CountingFile>(RefPtr<Node>(&world.at("/dev/null").node()));
  EXPECT_EQ(FileWorld::read(*file, 6), "made 1");
  EXPECT_EQ(FileWorld::read(*file), " times\n");
  EXPECT_EQ(FileWorld::read(*file), "");
  EXPECT_EQ(*file->seek(File::Whence::Start, 0), 0u);
  EXPECT_EQ(FileWorld::read(*file), "made 2 times\n");
  EXPECT_EQ(error_of(file->seek(File::Whence::End, 0)), Errno::INVAL);
  EXPECT_EQ(error_of(FileWorld::now(file->write(IoSource::kernel(bytes_of("x")), {}))),
            Errno::INVAL);
}

}  // namespace
}  // namespace jacinth::fs
