// What the traps mean that the compiler puts where the language leaves the behaviour undefined
// (-fsanitize-trap=undefined). Each is a ud1 instruction that carries the kind of check as its
// displacement.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace jacinth::hal::x86 {

inline constexpr size_t kUndefinedTrapBytes = 5;

// The name of the check that failed at an instruction whose first bytes are `code`; empty when it
// is no such trap, or when fewer bytes are given than one has.
std::string_view undefined_behaviour(std::span<const uint8_t> code);

}  // namespace jacinth::hal::x86
