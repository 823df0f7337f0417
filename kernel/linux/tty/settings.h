// What a terminal is set to do: the numbers and structures of termios.
#pragma once

#include <array>
#include <cstdint>

namespace jacinth::linux {

namespace input_flag {  // c_iflag
inline constexpr uint32_t kIgnoreBreak = 01, kParityMark = 010, kStrip = 040, kNlToCr = 0100,
                          kIgnoreCr = 0200, kCrToNl = 0400, kLower = 01000, kStopStart = 02000,
                          kAnyStarts = 04000, kBellWhenFull = 020000, kUtf8 = 040000;
}
namespace output_flag {  // c_oflag
inline constexpr uint32_t kProcess = 01, kUpper = 02, kNlToCrNl = 04, kCrToNl = 010,
                          kNoCrAtZero = 020, kNlReturns = 040, kTabDelay = 014000,
                          kExpandTabs = 014000;
}
namespace control_flag {  // c_cflag
inline constexpr uint32_t kSpeed = 010017, kSize8 = 060, kReceive = 0200, kHangUpOnClose = 02000,
                          kOtherSpeed = 010000;
}
namespace local_flag {  // c_lflag
inline constexpr uint32_t kSignals = 01, kCanonical = 02, kEcho = 010, kEchoErase = 020,
                          kEchoKill = 040, kEchoNl = 0100, kNoFlush = 0200, kStopBackground = 0400,
                          kEchoControl = 01000, kEchoKillErases = 04000, kExtended = 0100000;
}

// Indices into Settings::control.
namespace control_char {
inline constexpr uint8_t kIntr = 0, kQuit = 1, kErase = 2, kKill = 3, kEof = 4, kTime = 5, kMin = 6,
                         kStart = 8, kStop = 9, kSusp = 10, kEol = 11, kReprint = 12,
                         kWordErase = 14, kLiteral = 15, kEol2 = 16;
}

// struct termios2; struct termios is what comes before the speeds.
struct Settings {
  uint32_t input;
  uint32_t output;
  uint32_t control_mode;
  uint32_t local;
  uint8_t line;
  std::array<uint8_t, 19> control;
  uint32_t input_speed;
  uint32_t output_speed;

  bool has_input(uint32_t flags) const { return (input & flags) != 0; }
  bool has_output(uint32_t flags) const { return (output & flags) != 0; }
  bool has_local(uint32_t flags) const { return (local & flags) != 0; }
  bool canonical() const { return has_local(local_flag::kCanonical); }
  // NUL disables a control character.
  bool is(char c, uint8_t which) const {
    return c != '\0' && static_cast<uint8_t>(c) == control[which];
  }
};
inline constexpr size_t kTermiosBytes = 36;
static_assert(sizeof(Settings) == 44);

// As Linux has them for a terminal that nobody has set.
inline constexpr Settings kDefaultSettings{
    .input = input_flag::kCrToNl | input_flag::kStopStart,
    .output = output_flag::kProcess | output_flag::kNlToCrNl,
    .control_mode = 017 | control_flag::kSize8 | control_flag::kReceive,  // 38400 baud
    .local = local_flag::kSignals | local_flag::kCanonical | local_flag::kEcho |
             local_flag::kEchoErase | local_flag::kEchoKill | local_flag::kEchoControl |
             local_flag::kEchoKillErases | local_flag::kExtended,
    .line = 0,
    .control = {3, 28, 127, 21, 4, 0, 1, 0, 17, 19, 26, 0, 18, 15, 23, 22, 0, 0, 0},
    .input_speed = 38400,
    .output_speed = 38400};

struct WindowSize {
  uint16_t rows = 0;
  uint16_t columns = 0;
  uint16_t width = 0;  // in pixels
  uint16_t height = 0;
  friend bool operator==(const WindowSize&, const WindowSize&) = default;
};

}  // namespace jacinth::linux
