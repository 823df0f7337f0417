// The command line that a boot loader gives a bare machine.
//
// Words are separated by blanks. These are the kernel's own; any other word, in its place, is for
// the first program:
//
//   kernel.personality=zircon|linux|xv6     what calls the first program makes
//   kernel.log=none|error|warning|info|debug     how much of the log the console shows
//   kernel.trace=all|MASK                   the first process's call trace; MASK decimal or 0x…
//   kernel.terminal=ROWSxCOLUMNS            somebody sits at the console, which is a terminal for
//                                           Linux's first program; 0x0: of unknown size
//   kernel.argument=TEXT                    for Linux, one for each: the first program's name and
//   kernel.environment=NAME=VALUE           arguments, and its variables; %XX stands for a byte
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "hal/boot.h"
#include "hal/console.h"

namespace jacinth::hal {

// Where what a command line says is kept: the line itself lies in memory that is free soon.
struct BootText {
  class Area {
   public:
    // False, and nothing is added, when there is no room for all of it.
    bool append(std::string_view text);
    void cut(size_t length) { used_ = length; }
    std::string_view view() const { return {bytes_.data(), used_}; }

   private:
    std::array<char, 4096> bytes_{};
    size_t used_ = 0;
  };

  Area words;        // for the first program, with a blank between each two
  Area arguments;    // each with a NUL
  Area environment;  // each with a NUL
  std::optional<ConsoleSize> terminal;
  // The first word of the kernel's that has no such value or no such name, or no room; for the
  // console to tell of. Such words are ignored.
  Area rejected;
};

// Sets personality, log_level, trace_mask, command_line, arguments and environment in `info`, which
// refers to `kept`, and what else is in `kept`. Words for the first program are dropped from the
// first on that does not fit.
void parse_boot_options(std::string_view text, BootText& kept, BootInfo& info);

// `image` is all that the loader has brought: what it is, the personality says.
void give_boot_image(BootInfo& info, std::span<const std::byte> image);

// Tells on the console what was rejected, if anything was.
void tell_rejected(const BootText& kept);

}  // namespace jacinth::hal
