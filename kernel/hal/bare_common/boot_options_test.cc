#include "hal/bare_common/boot_options.h"

#include <gtest/gtest.h>

#include <array>

namespace jacinth::hal {
namespace {

struct Parsed {
  std::array<char, 32> rest{};
  BootInfo info{};
  std::string_view rejected;
  explicit Parsed(std::string_view text) { rejected = parse_boot_options(text, rest, info); }
};

TEST(BootOptions, NothingKeepsTheDefaults) {
  const Parsed parsed("");
  EXPECT_EQ(parsed.info.personality, Personality::Zircon);
  EXPECT_EQ(parsed.info.log_level, LogLevel::Info);
  EXPECT_EQ(parsed.info.trace_mask, 0u);
  EXPECT_EQ(parsed.info.command_line, "");
  EXPECT_EQ(parsed.rejected, "");
}

TEST(BootOptions, TakesItsOwnWordsAndPassesTheOthersOn) {
  const Parsed parsed("  userboot=bin/a+b kernel.log=debug\tx kernel.personality=linux\n");
  EXPECT_EQ(parsed.info.personality, Personality::Linux);
  EXPECT_EQ(parsed.info.log_level, LogLevel::Debug);
  EXPECT_EQ(parsed.info.command_line, "userboot=bin/a+b x");
  EXPECT_EQ(parsed.rejected, "");
}

TEST(BootOptions, ReadsTraceMasks) {
  EXPECT_EQ(Parsed("kernel.trace=all").info.trace_mask, ~uint64_t{0});
  EXPECT_EQ(Parsed("kernel.trace=12").info.trace_mask, 12u);
  EXPECT_EQ(Parsed("kernel.trace=0xFe").info.trace_mask, 0xfeu);
  EXPECT_EQ(Parsed("kernel.trace=18446744073709551615").info.trace_mask, ~uint64_t{0});
}

TEST(BootOptions, TellsOfTheFirstWordItCannotUnderstand) {
  EXPECT_EQ(Parsed("kernel.log=loud kernel.trace=x").rejected, "kernel.log=loud");
  for (const std::string_view word :
       {"kernel.trace=18446744073709551616", "kernel.trace=0x", "kernel.trace=1a",
        "kernel.trace=", "kernel.trace", "kernel.", "kernel.speed=9", "kernel.personality=plan9"}) {
    const Parsed parsed(word);
    EXPECT_EQ(parsed.rejected, word);
    EXPECT_EQ(parsed.info.trace_mask, 0u);
    EXPECT_EQ(parsed.info.command_line, "");
  }
}

TEST(BootOptions, DropsWordsFromTheFirstThatDoesNotFit) {
  EXPECT_EQ(Parsed("0123456789abcdef 0123456789abcde x").info.command_line,
            "0123456789abcdef 0123456789abcde");
  EXPECT_EQ(Parsed("0123456789abcdef 0123456789abcdef x").info.command_line, "0123456789abcdef");
}

}  // namespace
}  // namespace jacinth::hal
