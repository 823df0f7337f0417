#include "hal/bare_common/boot_options.h"

#include <gtest/gtest.h>

#include <string>

namespace jacinth::hal {
namespace {

using namespace std::string_view_literals;

struct Parsed {
  BootText kept;
  BootInfo info{};
  explicit Parsed(std::string_view text) { parse_boot_options(text, kept, info); }
  Parsed(const Parsed&) = delete;
  std::string_view rejected() const { return kept.rejected.view(); }
};

TEST(BootOptions, NothingKeepsTheDefaults) {
  const Parsed parsed("");
  EXPECT_EQ(parsed.info.personality, Personality::Zircon);
  EXPECT_EQ(parsed.info.log_level, LogLevel::Info);
  EXPECT_EQ(parsed.info.trace_mask, 0u);
  EXPECT_EQ(parsed.info.command_line, "");
  EXPECT_EQ(parsed.rejected(), "");
}

TEST(BootOptions, TakesItsOwnWordsAndPassesTheOthersOn) {
  const Parsed parsed("  userboot=bin/a+b kernel.log=debug\tx kernel.personality=linux\n");
  EXPECT_EQ(parsed.info.personality, Personality::Linux);
  EXPECT_EQ(parsed.info.log_level, LogLevel::Debug);
  EXPECT_EQ(parsed.info.command_line, "userboot=bin/a+b x");
  EXPECT_EQ(parsed.rejected(), "");
}

TEST(BootOptions, KnowsWhoSitsAtATerminal) {
  EXPECT_FALSE(Parsed("").kept.terminal);
  const Parsed parsed("kernel.terminal=30x100");
  ASSERT_TRUE(parsed.kept.terminal);
  EXPECT_EQ(parsed.kept.terminal->rows, 30u);
  EXPECT_EQ(parsed.kept.terminal->columns, 100u);
  EXPECT_TRUE(Parsed("kernel.terminal=0x0").kept.terminal);
  for (const char* wrong : {"", "30", "30x", "x100", "0x10x20", "30xall", "70000x1", "-1x1"}) {
    const Parsed bad(std::string("kernel.terminal=") + wrong);
    EXPECT_FALSE(bad.kept.terminal) << wrong;
    EXPECT_TRUE(bad.rejected().starts_with("kernel.terminal=")) << wrong;
  }
}

TEST(BootOptions, ReadsTraceMasks) {
  EXPECT_EQ(Parsed("kernel.trace=all").info.trace_mask, ~uint64_t{0});
  EXPECT_EQ(Parsed("kernel.trace=12").info.trace_mask, 12u);
  EXPECT_EQ(Parsed("kernel.trace=0xFe").info.trace_mask, 0xfeu);
  EXPECT_EQ(Parsed("kernel.trace=18446744073709551615").info.trace_mask, ~uint64_t{0});
}

TEST(BootOptions, TellsOfTheFirstWordItCannotUnderstand) {
  EXPECT_EQ(Parsed("kernel.log=loud kernel.trace=x").rejected(), "kernel.log=loud");
  for (const std::string_view word :
       {"kernel.trace=18446744073709551616", "kernel.trace=0x", "kernel.trace=1a",
        "kernel.trace=", "kernel.trace", "kernel.", "kernel.speed=9", "kernel.personality=plan9"}) {
    const Parsed parsed(word);
    EXPECT_EQ(parsed.rejected(), word);
    EXPECT_EQ(parsed.info.trace_mask, 0u);
    EXPECT_EQ(parsed.info.command_line, "");
  }
}

TEST(BootOptions, DropsWordsFromTheFirstThatDoesNotFit) {
  const std::string half(2047, 'a');
  EXPECT_EQ(Parsed(half + " " + half + "a x").info.command_line, half + " " + half + "a");
  EXPECT_EQ(Parsed(half + " " + half + "aa x").info.command_line, half);
}

TEST(BootOptions, ArgumentsAndVariablesMayHoldAnyByte) {
  const Parsed parsed(
      "kernel.argument=/bin/sh kernel.argument=-c x kernel.argument=echo%20%22a%25b%22%0A "
      "kernel.argument= kernel.environment=A=1 kernel.environment=B=%c3%A4");
  EXPECT_EQ(parsed.info.arguments, "/bin/sh\0-c\0echo \"a%b\"\n\0\0"sv);
  EXPECT_EQ(parsed.info.environment, "A=1\0B=\xc3\xa4\0"sv);
  EXPECT_EQ(parsed.info.command_line, "x");
  EXPECT_EQ(parsed.rejected(), "");
}

TEST(BootOptions, DamagedArgumentsAreRejectedWhole) {
  for (const std::string_view word : {"kernel.argument=a%", "kernel.argument=a%2",
                                      "kernel.argument=%2g", "kernel.argument=%%20"}) {
    const Parsed parsed(word);
    EXPECT_EQ(parsed.rejected(), word);
    EXPECT_EQ(parsed.info.arguments, "");
  }
  const std::string much = "kernel.argument=" + std::string(4095, 'a');
  EXPECT_EQ(Parsed(much).info.arguments.size(), 4096u);
  EXPECT_EQ(Parsed(much + "a").info.arguments, "");
  EXPECT_EQ(Parsed(much + " kernel.argument=").info.arguments.size(), 4096u);
}

}  // namespace
}  // namespace jacinth::hal
