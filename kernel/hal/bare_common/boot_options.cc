#include "hal/bare_common/boot_options.h"

#include <algorithm>
#include <array>
#include <optional>

namespace jacinth::hal {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";
constexpr std::string_view kOwnPrefix = "kernel.";

// Takes the next word off `text`; empty at the end.
std::string_view next_word(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
  const std::string_view word = text.substr(0, text.find_first_of(kBlanks));
  text.remove_prefix(word.size());
  return word;
}

// The value whose name is `text`; `names` are those of values 0, 1, 2 …
template <typename Enum, size_t kCount>
bool parse_name(std::string_view text, const std::array<std::string_view, kCount>& names,
                Enum& value) {
  const auto found = std::ranges::find(names, text);
  if (found == names.end()) return false;
  value = static_cast<Enum>(found - names.begin());
  return true;
}

std::optional<uint64_t> digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return std::nullopt;
}

bool parse_mask(std::string_view text, uint64_t& mask) {
  if (text == "all") {
    mask = ~uint64_t{0};
    return true;
  }
  uint64_t base = 10;
  if (text.starts_with("0x")) {
    base = 16;
    text.remove_prefix(2);
  }
  uint64_t number = 0;
  for (const char c : text) {
    const auto digit = digit_of(c);
    if (!digit || *digit >= base) return false;
    if (__builtin_mul_overflow(number, base, &number)) return false;
    if (__builtin_add_overflow(number, *digit, &number)) return false;
  }
  if (text.empty()) return false;
  mask = number;
  return true;
}

bool parse_own(std::string_view name, std::string_view value, BootInfo& info) {
  static constexpr std::array<std::string_view, 3> kPersonalities = {"zircon", "linux", "xv6"};
  static constexpr std::array<std::string_view, 5> kLevels = {"none", "error", "warning", "info",
                                                              "debug"};
  if (name == "personality") return parse_name(value, kPersonalities, info.personality);
  if (name == "log") return parse_name(value, kLevels, info.log_level);
  if (name == "trace") return parse_mask(value, info.trace_mask);
  return false;
}

}  // namespace

std::string_view parse_boot_options(std::string_view text, std::span<char> rest, BootInfo& info) {
  std::string_view rejected;
  size_t used = 0;
  bool full = false;
  for (auto word = next_word(text); !word.empty(); word = next_word(text)) {
    if (word.starts_with(kOwnPrefix)) {
      const std::string_view option = word.substr(kOwnPrefix.size());
      const size_t equals = std::min(option.find('='), option.size());
      const std::string_view value = option.substr(std::min(equals + 1, option.size()));
      if (!parse_own(option.substr(0, equals), value, info) && rejected.empty()) rejected = word;
      continue;
    }
    const size_t blank = used == 0 ? 0 : 1;
    full = full || word.size() + blank > rest.size() - used;
    if (full) continue;
    if (blank != 0) rest[used++] = ' ';
    std::ranges::copy(word, rest.begin() + static_cast<ptrdiff_t>(used));
    used += word.size();
  }
  info.command_line = {rest.data(), used};
  return rejected;
}

}  // namespace jacinth::hal
