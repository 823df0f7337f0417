#include "hal/x86_common/undefined.h"

#include <algorithm>
#include <iterator>

namespace jacinth::hal::x86 {
namespace {

// ud1 disp8(%eax),%eax; clang leaves a displacement of 0 out.
constexpr uint8_t kTrap[] = {0x67, 0x0f, 0xb9};
constexpr uint8_t kNoDisplacement = 0x00;
constexpr uint8_t kWithDisplacement = 0x40;

// In the order of clang's SanitizerHandler, which the displacement counts in.
constexpr std::string_view kChecks[] = {
    "a sum overflows",
    "unreachable code is reached",
    "a call has the wrong target",
    "a division overflows or is by zero",
    "an object is not of its type",
    "a floating-point number does not fit",
    "a function is called as another type",
    "a conversion changes the value",
    "a builtin does not take this argument",
    "a cast is invalid",
    "a bool or enum has no such value",
    "a function ends without a result",
    "a product overflows",
    "a negation overflows",
    "an argument is null",
    "a result is null",
    "an argument is null",
    "a result is null",
    "an index is out of bounds",
    "a pointer wraps around",
    "a shift is out of range",
    "a difference overflows",
    "a pointer is null, misaligned or without an object",
    "an alignment that was assumed does not hold",
    "an array's length is not positive",
};

}  // namespace

std::string_view undefined_behaviour(std::span<const uint8_t> code) {
  if (code.size() < kUndefinedTrapBytes || !std::ranges::equal(code.first(std::size(kTrap)), kTrap))
    return {};
  const uint8_t mode = code[3];
  if (mode != kNoDisplacement && mode != kWithDisplacement) return {};
  const size_t check = mode == kNoDisplacement ? 0 : code[4];
  return check < std::size(kChecks) ? kChecks[check] : "a check that has no name here";
}

}  // namespace jacinth::hal::x86
