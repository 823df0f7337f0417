// What the kernel's command line says to userboot.
#pragma once

#include <span>
#include <string_view>

namespace userboot {

enum class AtEnd { Exit, Shutdown, Reboot };

struct Options {
  static constexpr size_t kMaxWords = 64;

  // `userboot=PATH+ARGUMENT+…`: the next program and its arguments; the path is its first.
  std::string_view program[kMaxWords] = {"bin/shell"};
  size_t program_words = 1;
  // `userboot.root=DIR`: where in BOOTFS paths begin; no slashes at its ends.
  std::string_view root;
  // `userboot.shutdown`, `userboot.reboot`: what to do to the machine when the program has ended.
  AtEnd at_end = AtEnd::Exit;
  // All words, for the program's environment.
  std::string_view words[kMaxWords];
  size_t word_count = 0;

  std::span<const std::string_view> arguments() const { return {program, program_words}; }
  std::span<const std::string_view> environment() const { return {words, word_count}; }
};

// `command_line` is a sequence of NUL-terminated words, and must outlive the result.
Options parse_options(std::string_view command_line);

}  // namespace userboot
