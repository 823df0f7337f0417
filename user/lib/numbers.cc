#include "lib/numbers.h"

namespace user {
namespace {

constexpr unsigned kNoDigit = 99;

unsigned digit_of(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a') + 10;
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A') + 10;
  return kNoDigit;
}

}  // namespace

std::optional<uint64_t> parse_number(std::string_view text) {
  unsigned base = 10;
  if (text.starts_with("0x") || text.starts_with("0X")) {
    base = 16;
    text.remove_prefix(2);
  }
  if (text.empty()) return std::nullopt;
  uint64_t number = 0;
  for (const char c : text) {
    const unsigned digit = digit_of(c);
    if (digit >= base || __builtin_mul_overflow(number, uint64_t{base}, &number) ||
        __builtin_add_overflow(number, uint64_t{digit}, &number))
      return std::nullopt;
  }
  return number;
}

}  // namespace user
