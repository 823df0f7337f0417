#include "fs/notify.h"

#include "fs/testing.h"

namespace jacinth::fs {
namespace {

class Recorder final : public Watch {
 public:
  void on_event(uint32_t events, std::string_view name, uint32_t cookie) override {
    char text[64];
    seen += format_into(text, "{:x}{}{} ", events, name.empty() ? "" : ":", name);
    if (cookie != 0) cookies.push_back(cookie);
  }
  std::string seen;
  std::vector<uint32_t> cookies;
};

class NotifyTest : public FilesTest {
 protected:
  NotifyTest() {
    EXPECT_EQ(world.mkdir("/d"), kOk);
    directory_ = RefPtr<Node>(&world.at("/d").node());
    watch_.start(*directory_);
  }
  ~NotifyTest() override { watch_.stop(*directory_); }
  std::string take() { return std::exchange(watch_.seen, {}); }

  RefPtr<Node> directory_;
  Recorder watch_;
};

TEST_F(NotifyTest, ChangesOfADirectory) {
  ASSERT_EQ(world.mkdir("/d/sub"), kOk);
  EXPECT_EQ(take(), "40000100:sub ");
  // Its own events come without a name, those of what is in it with one.
  ASSERT_EQ(world.touch("/d/sub/deeper"), kOk);
  ASSERT_EQ(world.unlink("/d/sub/deeper"), kOk);
  EXPECT_EQ(take(), "");
  ASSERT_TRUE(change_mode(world.at("/d/sub"), world.who, 0700));
  EXPECT_EQ(take(), "40000004:sub ");
  ASSERT_EQ(world.touch("/d/f"), kOk);
  EXPECT_EQ(take(), "100:f 20:f 8:f ");
  ASSERT_EQ(world.rename("/d/f", "/d/g"), kOk);
  EXPECT_EQ(take(), "40:f 80:g ");
  ASSERT_EQ(watch_.cookies.size(), 2u);
  EXPECT_EQ(watch_.cookies[0], watch_.cookies[1]);
  ASSERT_EQ(world.link("/d/g", "/d/h"), kOk);
  EXPECT_EQ(take(), "100:h ");
  ASSERT_EQ(world.unlink("/d/g"), kOk);
  EXPECT_EQ(take(), "200:g ");
  ASSERT_EQ(world.rmdir("/d/sub"), kOk);
  EXPECT_EQ(take(), "40000200:sub ");
  ASSERT_TRUE(change_mode(world.at("/d"), world.who, 0700));
  EXPECT_EQ(take(), "40000004 ");
}

TEST_F(NotifyTest, ChangesOfAFile) {
  ASSERT_EQ(world.touch("/f", "text"), kOk);
  const RefPtr<Node> node(&world.at("/f").node());
  Recorder watch;
  watch.start(*node);
  {
    const auto file = *world.open("/f", open_flags::kReadWrite);
    EXPECT_EQ(FileWorld::read(*file), "text");
    EXPECT_EQ(FileWorld::write(*file, "x"), 1u);
  }
  EXPECT_EQ(std::exchange(watch.seen, {}), "20 1 2 8 ");
  {
    const auto file = *world.open("/f", open_flags::kReadOnly);
  }
  EXPECT_EQ(std::exchange(watch.seen, {}), "20 10 ");
  ASSERT_EQ(world.unlink("/f"), kOk);
  EXPECT_EQ(watch.seen, "4 400 ");
  watch.stop(*node);
  watch.stop(*node);
}

}  // namespace
}  // namespace jacinth::fs
