#include "linux/tty/line_discipline.h"

#include <gtest/gtest.h>

#include <string>

#include "linux/signals/signal_set.h"

namespace jacinth::linux {
namespace {

class Screen final : public TerminalScreen {
 public:
  size_t room() const override { return most - text.size(); }
  void put(std::string_view bytes) override { text += bytes.substr(0, room()); }
  std::string take() { return std::exchange(text, {}); }

  std::string text;
  size_t most = 100'000;
};

class LineDisciplineTest : public ::testing::Test {
 protected:
  void set(auto&& change) {
    Settings settings = line.settings();
    change(settings);
    line.change(settings);
  }
  void make_raw() {
    set([](Settings& settings) {
      settings.local &= ~(local_flag::kCanonical | local_flag::kEcho);
    });
  }
  void type(std::string_view text) { EXPECT_EQ(line.receive(text), text.size()); }
  std::string read(size_t most = 5000) {
    std::string out(most, '\0');
    bool ended = false;
    out.resize(line.read(out, &ended));
    return out;
  }

  Screen screen;
  LineDiscipline line{screen};
};

TEST_F(LineDisciplineTest, LinesAreReadOneByOne) {
  type("one\ntwo\nthr");
  EXPECT_EQ(screen.take(), "one\r\ntwo\r\nthr");
  EXPECT_EQ(line.readable(), 8u);
  EXPECT_EQ(read(), "one\n");
  EXPECT_EQ(read(2), "tw");
  EXPECT_EQ(read(), "o\n");
  EXPECT_FALSE(line.can_read(1));
  type("ee\r");
  EXPECT_EQ(read(), "three\n");
}

TEST_F(LineDisciplineTest, TheEndOfFileKeyEndsALineWithoutAByte) {
  type("ab\4");
  bool ended = false;
  std::string out(10, '\0');
  EXPECT_EQ(line.readable(), 2u);
  EXPECT_EQ(line.read(out, &ended), 2u);
  EXPECT_TRUE(ended);
  type("\4");
  EXPECT_TRUE(line.can_read(1));
  EXPECT_EQ(line.read(out, &ended), 0u);
  EXPECT_TRUE(ended);
  EXPECT_FALSE(line.can_read(1));
}

TEST_F(LineDisciplineTest, AnEndOfFileBehindAFullBufferBelongsToIt) {
  type("ab\4");
  EXPECT_EQ(read(2), "ab");
  EXPECT_FALSE(line.can_read(1));
}

TEST_F(LineDisciplineTest, EraseTakesBackOneCharacter) {
  type("abc\177\177x\n");
  EXPECT_EQ(screen.take(), "abc\b \b\b \bx\r\n");
  EXPECT_EQ(read(), "ax\n");
  type("\177\177y\n");
  EXPECT_EQ(read(), "y\n");
}

TEST_F(LineDisciplineTest, EraseTakesBackControlCharactersAndTabsWhole) {
  type("\1");
  EXPECT_EQ(screen.take(), "^A");
  type("\177");
  EXPECT_EQ(screen.take(), "\b \b\b \b");
  type("ab\t");
  EXPECT_EQ(screen.take(), "ab\t");
  type("\177");
  EXPECT_EQ(screen.take(), "\b\b\b\b\b\b");
  type("\177");
  EXPECT_EQ(screen.take(), "\b \b");
}

TEST_F(LineDisciplineTest, EraseTakesBackUtf8Sequences) {
  set([](Settings& settings) { settings.input |= input_flag::kUtf8; });
  type("a\xc3\xa4");
  screen.take();
  type("\177");
  EXPECT_EQ(screen.take(), "\b \b");
  type("\n");
  EXPECT_EQ(read(), "a\n");
}

TEST_F(LineDisciplineTest, WordEraseAndKill) {
  type("one two  \27x\n");
  EXPECT_EQ(read(), "one x\n");
  screen.take();
  type("abc\25d\n");
  EXPECT_EQ(screen.take(), "abc\b \b\b \b\b \bd\r\n");
  EXPECT_EQ(read(), "d\n");
  set([](Settings& settings) { settings.local &= ~local_flag::kEchoKillErases; });
  type("abc\25d\n");
  EXPECT_EQ(screen.take(), "abc^U\r\nd\r\n");
  EXPECT_EQ(read(), "d\n");
}

TEST_F(LineDisciplineTest, LiteralNextAndReprint) {
  type("\26\3x");
  EXPECT_EQ(screen.take(), "^\b^Cx");
  EXPECT_EQ(line.take_signals(), 0u);
  type("\22");
  EXPECT_EQ(screen.take(), "^R\r\n^Cx");
  type("\n");
  EXPECT_EQ(read(), "\3x\n");
}

TEST_F(LineDisciplineTest, SignalKeysFlushWhatHasBeenTyped) {
  type("abc\3");
  EXPECT_EQ(line.take_signals(), bit_of(kSigInt));
  EXPECT_EQ(line.take_signals(), 0u);
  EXPECT_EQ(screen.take(), "^C");
  type("\n");
  EXPECT_EQ(read(), "\n");
  set([](Settings& settings) { settings.local |= local_flag::kNoFlush; });
  type("ab\34c\32\n");
  EXPECT_EQ(line.take_signals(), bit_of(kSigQuit) | bit_of(kSigTstp));
  EXPECT_EQ(read(), "abc\n");
}

TEST_F(LineDisciplineTest, FlowKeysStopOutput) {
  type("\23");
  EXPECT_TRUE(line.stopped());
  EXPECT_EQ(line.write("x"), 0u);
  EXPECT_FALSE(line.can_write());
  type("\21");
  EXPECT_EQ(line.write("x"), 1u);
  type("\23");
  set([](Settings& settings) { settings.input &= ~input_flag::kStopStart; });
  EXPECT_FALSE(line.stopped());
  make_raw();
  type("\21\23");
  EXPECT_EQ(read(), "\21\23");
}

TEST_F(LineDisciplineTest, RawModeHandsOverBytes) {
  make_raw();
  set([](Settings& settings) {
    settings.input = 0;
    settings.local = 0;
  });
  type(std::string_view("a\r\n\3\177\0", 6));
  EXPECT_EQ(read(), std::string("a\r\n\3\177\0", 6));
  EXPECT_EQ(screen.take(), "");
}

TEST_F(LineDisciplineTest, PollWaitsForAsManyBytesAsVminSays) {
  make_raw();
  set([](Settings& settings) { settings.control[control_char::kMin] = 3; });
  EXPECT_EQ(line.least_for_poll(), 3u);
  type("ab");
  EXPECT_FALSE(line.can_read(line.least_for_poll()));
  EXPECT_TRUE(line.can_read(1));
  set([](Settings& settings) { settings.control[control_char::kTime] = 1; });
  EXPECT_EQ(line.least_for_poll(), 1u);
}

TEST_F(LineDisciplineTest, ChangingTheModeKeepsWhatIsThere) {
  type("half");
  EXPECT_FALSE(line.can_read(1));
  make_raw();
  EXPECT_EQ(read(2), "ha");
  set([](Settings& settings) { settings.local |= local_flag::kCanonical; });
  EXPECT_EQ(read(), "lf");
}

TEST_F(LineDisciplineTest, ALineTooLongKeepsRoomForItsEnd) {
  set([](Settings& settings) { settings.local &= ~local_flag::kEcho; });
  const std::string many(6000, 'x');
  type(many);
  type("\n");
  EXPECT_EQ(screen.take().find_first_not_of('\a'), std::string::npos);
  EXPECT_EQ(read(), std::string(4095, 'x') + "\n");
}

TEST_F(LineDisciplineTest, WholeLinesFillTheQueue) {
  set([](Settings& settings) { settings.local &= ~local_flag::kEcho; });
  std::string lines;
  for (int i = 0; i < 500; ++i) lines += "123456789\n";
  const size_t taken = line.receive(lines);
  EXPECT_EQ(taken, 4095u);
  EXPECT_EQ(line.room(), 0u);
  EXPECT_EQ(line.receive("x"), 0u);
  EXPECT_EQ(read(), "123456789\n");
  EXPECT_EQ(line.room(), 10u);
}

TEST_F(LineDisciplineTest, OutputIsTranslated) {
  EXPECT_EQ(line.write("a\nb\tc"), 5u);
  EXPECT_EQ(screen.take(), "a\r\nb\tc");
  set([](Settings& settings) {
    settings.output |= output_flag::kExpandTabs | output_flag::kUpper;
  });
  EXPECT_EQ(line.write("\rab\tc\n"), 6u);
  EXPECT_EQ(screen.take(), "\rAB      C\r\n");
  set([](Settings& settings) {
    settings.output = output_flag::kProcess | output_flag::kCrToNl | output_flag::kNoCrAtZero;
  });
  EXPECT_EQ(line.write("\rx\r"), 3u);
  EXPECT_EQ(screen.take(), "x\n");
  set([](Settings& settings) { settings.output = 0; });
  EXPECT_EQ(line.write("a\n\r\t"), 4u);
  EXPECT_EQ(screen.take(), "a\n\r\t");
}

TEST_F(LineDisciplineTest, OutputStopsWhereTheScreenHasNoRoom) {
  screen.most = 20;
  EXPECT_EQ(line.write(std::string(100, 'x')), 13u);
  EXPECT_FALSE(line.can_write());
  screen.take();
  EXPECT_TRUE(line.can_write());
}

}  // namespace
}  // namespace jacinth::linux
