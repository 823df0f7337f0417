#include "hal/x86_common/undefined.h"

#include <gtest/gtest.h>

#include <array>

namespace jacinth::hal::x86 {
namespace {

TEST(UndefinedBehaviour, IsNamedByTheTrapOfItsCheck) {
  EXPECT_EQ(undefined_behaviour(std::to_array<uint8_t>({0x67, 0x0f, 0xb9, 0x00, 0x90})),
            "a sum overflows");
  EXPECT_EQ(undefined_behaviour(std::to_array<uint8_t>({0x67, 0x0f, 0xb9, 0x40, 0x14})),
            "a shift is out of range");
  EXPECT_EQ(undefined_behaviour(std::to_array<uint8_t>({0x67, 0x0f, 0xb9, 0x40, 0x18})),
            "an array's length is not positive");
}

TEST(UndefinedBehaviour, OfANewerCompilerIsToldWithoutName) {
  EXPECT_FALSE(undefined_behaviour(std::to_array<uint8_t>({0x67, 0x0f, 0xb9, 0x40, 0x7f})).empty());
}

TEST(UndefinedBehaviour, IsNotSeenInOtherInstructions) {
  EXPECT_EQ(undefined_behaviour(std::to_array<uint8_t>({0x0f, 0x0b, 0x90, 0x90, 0x90})),
            "");  // ud2
  EXPECT_EQ(undefined_behaviour(std::to_array<uint8_t>({0x67, 0x0f, 0xb9, 0x41, 0x14})),
            "");  // another register
  EXPECT_EQ(undefined_behaviour(std::to_array<uint8_t>({0x67, 0x0f, 0xb9, 0x40})), "");  // cut off
}

}  // namespace
}  // namespace jacinth::hal::x86
