// Numbers as users type them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace user {

// Decimal, or hexadecimal after 0x; all of `text`. nullopt when it is no number or too large.
std::optional<uint64_t> parse_number(std::string_view text);

}  // namespace user
