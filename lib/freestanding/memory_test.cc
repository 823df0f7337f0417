// Both sets of copying loops, over every small size, alignment and overlap.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "freestanding/memory_portable.h"
#include "freestanding/memory_x86_64.h"

namespace jacinth::freestanding {
namespace {

struct Portable {
  static constexpr auto copy_up = portable::copy_up;
  static constexpr auto copy_down = portable::copy_down;
  static constexpr auto fill = portable::fill;
};

struct X86 {
  static constexpr auto copy_up = x86_64::copy_up;
  static constexpr auto copy_down = x86_64::copy_down;
  static constexpr auto fill = x86_64::fill;
};

template <typename Loops>
class Memory : public testing::Test {};
using AllLoops = testing::Types<Portable, X86>;
TYPED_TEST_SUITE(Memory, AllLoops);

using Bytes = std::vector<unsigned char>;

Bytes pattern(size_t size) {
  Bytes bytes(size);
  for (size_t i = 0; i < size; ++i) bytes[i] = static_cast<unsigned char>(i * 7 + i / 256);
  return bytes;
}

// All sizes around the loops' thresholds, and a large one.
std::vector<size_t> sizes() {
  std::vector<size_t> all{255, 256, 257, 1000, 1023, 1024, 1025, 1032, 5003};
  for (size_t size = 0; size <= 150; ++size) all.push_back(size);
  return all;
}

TYPED_TEST(Memory, CopiesAtEveryAlignment) {
  for (size_t size : sizes()) {
    for (size_t from = 0; from < 8; ++from) {
      for (size_t to = 0; to < 8; ++to) {
        const Bytes source = pattern(from + size);
        Bytes expected(to + size + 9, 0xee);
        std::copy(source.begin() + static_cast<ptrdiff_t>(from), source.end(),
                  expected.begin() + static_cast<ptrdiff_t>(to));
        Bytes up(to + size + 9, 0xee);
        TypeParam::copy_up(up.data() + to, source.data() + from, size);
        ASSERT_EQ(up, expected) << size << " bytes from +" << from << " to +" << to;
        Bytes down(to + size + 9, 0xee);
        TypeParam::copy_down(down.data() + to, source.data() + from, size);
        ASSERT_EQ(down, expected) << size << " bytes from +" << from << " to +" << to;
      }
    }
  }
}

TYPED_TEST(Memory, CopiesOverlappingBlocks) {
  for (size_t size : sizes()) {
    for (size_t distance = 0; distance < 40; ++distance) {
      const Bytes original = pattern(size + distance);
      Bytes expected = original;
      std::copy_n(original.begin() + static_cast<ptrdiff_t>(distance), size, expected.begin());
      Bytes bytes = original;
      TypeParam::copy_up(bytes.data(), bytes.data() + distance, size);
      ASSERT_EQ(bytes, expected) << size << " bytes down by " << distance;

      expected = original;
      std::copy_n(original.begin(), size, expected.begin() + static_cast<ptrdiff_t>(distance));
      bytes = original;
      TypeParam::copy_down(bytes.data() + distance, bytes.data(), size);
      ASSERT_EQ(bytes, expected) << size << " bytes up by " << distance;
    }
  }
}

TYPED_TEST(Memory, FillsExactly) {
  for (size_t size : sizes()) {
    for (size_t offset = 0; offset < 8; ++offset) {
      Bytes bytes(offset + size + 9, 0xee);
      Bytes expected = bytes;
      std::fill_n(expected.begin() + static_cast<ptrdiff_t>(offset), size, 0x81);
      TypeParam::fill(bytes.data() + offset, 0x81, size);
      ASSERT_EQ(bytes, expected) << size << " bytes at +" << offset;
    }
  }
}

}  // namespace
}  // namespace jacinth::freestanding
