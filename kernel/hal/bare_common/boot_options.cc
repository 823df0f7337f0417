#include "hal/bare_common/boot_options.h"

#include <algorithm>
#include <array>

#include "base/print.h"
#include "hal/console.h"

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

std::optional<uint16_t> parse_count(std::string_view text) {
  uint64_t number = 0;
  const bool decimal = !text.empty() && text.find_first_not_of("0123456789") == text.npos;
  if (decimal && parse_mask(text, number) && number <= 0xffff) return static_cast<uint16_t>(number);
  return std::nullopt;
}

bool parse_terminal(std::string_view text, std::optional<ConsoleSize>& terminal) {
  const size_t middle = std::min(text.find('x'), text.size());
  const auto rows = parse_count(text.substr(0, middle));
  const auto columns = parse_count(text.substr(std::min(middle + 1, text.size())));
  if (!rows || !columns) return false;
  terminal = ConsoleSize{.rows = *rows, .columns = *columns};
  return true;
}

// Appends `text`, where `%XX` stands for the byte with that number in hexadecimal, and a NUL.
// False, and nothing is added, when there are no two digits, or no room.
bool append_decoded(std::string_view text, BootText::Area& to) {
  const size_t before = to.view().size();
  bool good = true;
  while (good && !text.empty()) {
    char c = text.front();
    size_t used = 1;
    if (c == '%') {
      const auto high = text.size() > 2 ? digit_of(text[1]) : std::nullopt;
      const auto low = text.size() > 2 ? digit_of(text[2]) : std::nullopt;
      good = high && low;
      c = static_cast<char>(high.value_or(0) << 4 | low.value_or(0));
      used = 3;
    }
    good = good && to.append({&c, 1});
    text.remove_prefix(std::min(used, text.size()));
  }
  constexpr char kEnd = '\0';
  good = good && to.append({&kEnd, 1});
  if (!good) to.cut(before);
  return good;
}

bool parse_own(std::string_view name, std::string_view value, BootText& kept, BootInfo& info) {
  static constexpr std::array<std::string_view, 3> kPersonalities = {"zircon", "linux", "xv6"};
  static constexpr std::array<std::string_view, 5> kLevels = {"none", "error", "warning", "info",
                                                              "debug"};
  if (name == "personality") return parse_name(value, kPersonalities, info.personality);
  if (name == "log") return parse_name(value, kLevels, info.log_level);
  if (name == "trace") return parse_mask(value, info.trace_mask);
  if (name == "terminal") return parse_terminal(value, kept.terminal);
  if (name == "argument") return append_decoded(value, kept.arguments);
  if (name == "environment") return append_decoded(value, kept.environment);
  return false;
}

}  // namespace

bool BootText::Area::append(std::string_view text) {
  if (text.size() > bytes_.size() - used_) return false;
  std::ranges::copy(text, bytes_.begin() + static_cast<ptrdiff_t>(used_));
  used_ += text.size();
  return true;
}

void parse_boot_options(std::string_view text, BootText& kept, BootInfo& info) {
  bool full = false;
  for (auto word = next_word(text); !word.empty(); word = next_word(text)) {
    if (word.starts_with(kOwnPrefix)) {
      const std::string_view option = word.substr(kOwnPrefix.size());
      const size_t equals = std::min(option.find('='), option.size());
      const std::string_view value = option.substr(std::min(equals + 1, option.size()));
      if (!parse_own(option.substr(0, equals), value, kept, info) && kept.rejected.view().empty())
        kept.rejected.append(word);
      continue;
    }
    const size_t before = kept.words.view().size();
    if (full) continue;
    full = (before != 0 && !kept.words.append(" ")) || !kept.words.append(word);
    if (full) kept.words.cut(before);
  }
  info.command_line = kept.words.view();
  info.arguments = kept.arguments.view();
  info.environment = kept.environment.view();
}

void give_boot_image(BootInfo& info, std::span<const std::byte> image) {
  (info.personality == Personality::Linux ? info.ramdisk : info.zbi) = image;
}

void tell_rejected(const BootText& kept) {
  if (kept.rejected.view().empty()) return;
  char line[128];
  console_write(format_into(line, "jacinth: ignored option {}\n", kept.rejected.view()));
}

}  // namespace jacinth::hal
