#include "linux/ipc/posix_queue.h"

#include "fs/testing.h"

namespace jacinth::linux {
namespace {

class PosixQueueTest : public testing::Test {
 protected:
  static QueueAttributes attributes(int64_t most, int64_t size) {
    QueueAttributes wanted{};
    wanted.most_messages = most;
    wanted.message_size = size;
    return wanted;
  }
  Errno open(std::string_view name, uint32_t flags, const QueueAttributes* wanted = nullptr) {
    const auto opened =
        open_queue({.name = name, .flags = flags, .mode = 0600, .attributes = wanted}, who_);
    return opened ? Errno{} : opened.error();
  }
  Errno unlink(std::string_view name) {
    const auto done = unlink_queue(name, who_);
    return done ? Errno{} : done.error();
  }

  fs::FileWorld world_;
  CredentialSet who_;
};

TEST_F(PosixQueueTest, NamesComeAndGo) {
  using namespace fs::open_flags;
  EXPECT_EQ(open("queue", kReadWrite), Errno::NOENT);
  EXPECT_EQ(open("queue", kReadWrite | kCreate), Errno{});
  EXPECT_EQ(open("queue", kReadWrite | kCreate | kExclusive), Errno::EXIST);
  EXPECT_EQ(open("a/b", kReadWrite | kCreate), Errno::ACCES);
  EXPECT_EQ(open(std::string(256, 'n'), kReadWrite | kCreate), Errno::NAMETOOLONG);
  who_.user = {.real = 5, .effective = 5, .saved = 5, .file_system = 5};
  who_.capabilities.effective = 0;
  EXPECT_EQ(open("queue", kReadOnly), Errno::ACCES);
  EXPECT_EQ(unlink("queue"), Errno::PERM);
  const QueueAttributes many = attributes(11, 16);
  EXPECT_EQ(open("other", kReadWrite | kCreate, &many), Errno::INVAL);
  who_ = {};
  EXPECT_EQ(unlink("queue"), Errno{});
  EXPECT_EQ(unlink("queue"), Errno::NOENT);
}

TEST_F(PosixQueueTest, AnUnlinkedQueueLivesOn) {
  using namespace fs::open_flags;
  const QueueAttributes wanted = attributes(2, 16);
  const auto file = *open_queue(
      {.name = "queue", .flags = kReadWrite | kCreate, .mode = 0600, .attributes = &wanted}, who_);
  EXPECT_EQ(unlink("queue"), Errno{});
  PosixQueue* const queue = queue_of(*file);
  ASSERT_NE(queue, nullptr);
  EXPECT_EQ(queue->attributes().most_messages, 2);
  EXPECT_EQ(file->readiness(), fs::ready::kOut);
  EXPECT_EQ(queue->take().error(), Errno::AGAIN);
}

}  // namespace
}  // namespace jacinth::linux
