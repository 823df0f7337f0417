#include "linux/proc/text_node.h"

#include "fs/testing.h"

namespace jacinth::linux {
namespace {

using fs::error_of;
using fs::kOk;

std::string written;
int made = 0;

ErrnoOr<> count_readers(TextSink& out) {
  format_to(out, "reader {}\n", ++made);
  return {};
}
ErrnoOr<> tell_written(TextSink& out) {
  out.write(written);
  return {};
}
ErrnoOr<> accept_text(std::string_view text) {
  if (text == "wrong") return fail(Errno::INVAL);
  written = text;
  return {};
}
ErrnoOr<> gone(TextSink&) { return fail(Errno::SRCH); }

constexpr StaticEntry kInner[] = {{.name = "gone", .read = gone},
                                  {.name = "value", .read = tell_written, .write = accept_text}};
constexpr StaticEntry kTop[] = {{.name = "count", .read = count_readers},
                                {.name = "inner", .entries = kInner},
                                {.name = "link", .link = "inner/value"}};

class TextNodeTest : public fs::FilesTest {
 protected:
  TextNodeTest() {
    EXPECT_EQ(world.mkdir("/t"), kOk);
    auto system = TextFs::create("text", 1, Errno::NOENT, [](fs::FileSystem& made_for) {
      return make_static_directory(made_for, kTop);
    });
    world.mount(*std::move(system), "/t");
    made = 0;
    written = "first";
  }
};

TEST_F(TextNodeTest, EachReaderGetsATextOfItsOwn) {
  EXPECT_EQ(world.contents("/t/count"), "reader 1\n");
  EXPECT_EQ(world.contents("/t/count"), "reader 2\n");
}

TEST_F(TextNodeTest, LinksAndDirectoriesLeadOn) {
  EXPECT_EQ(world.contents("/t/link"), "first");
  EXPECT_EQ(world.look("/t/inner/none"), Errno::NOENT);
  EXPECT_EQ(world.look("/t/count/none"), Errno::NOTDIR);
  const auto names = world.list("/t");
  EXPECT_EQ(names, (std::vector<std::string>{".", "..", "count", "inner", "link"}));
}

TEST_F(TextNodeTest, NothingCanBeMadeInIt) {
  EXPECT_EQ(world.mkdir("/t/new"), Errno::NOENT);
  EXPECT_EQ(world.touch("/t/new"), Errno::NOENT);
  EXPECT_EQ(world.symlink("x", "/t/new"), Errno::NOENT);
  EXPECT_EQ(world.unlink("/t/count"), Errno::PERM);
}

TEST_F(TextNodeTest, WhatIsWrittenIsAcceptedOrRefused) {
  const auto file =
      world.open("/t/inner/value", fs::open_flags::kWriteOnly | fs::open_flags::kTruncate);
  ASSERT_TRUE(file);
  EXPECT_EQ(world.write(**file, "second\n"), 7u);
  EXPECT_EQ(world.contents("/t/inner/value"), "second");
  auto refused = (*file)->write(fs::IoSource::kernel(fs::bytes_of("wrong")), {});
  EXPECT_EQ(error_of(refused.value()), Errno::INVAL);
  EXPECT_EQ(world.contents("/t/inner/value"), "second");
}

TEST_F(TextNodeTest, ReadingTellsThatItsSubjectHasGone) {
  const auto file = world.open("/t/inner/gone", fs::open_flags::kReadOnly);
  ASSERT_TRUE(file);
  std::array<std::byte, 8> bytes;
  auto result = (*file)->read(fs::IoTarget::kernel(bytes), {});
  EXPECT_EQ(error_of(result.value()), Errno::SRCH);
}

TEST(ParseNumber, TakesWhatProcessesAreCalled) {
  EXPECT_EQ(parse_number("0"), 0);
  EXPECT_EQ(parse_number("4194303"), 4194303);
  EXPECT_EQ(parse_number("999999999"), 999999999);
  for (const std::string_view wrong : {"", "01", "-1", "+1", "1x", "9999999999", " 1"})
    EXPECT_EQ(parse_number(wrong), -1) << wrong;
}

}  // namespace
}  // namespace jacinth::linux
