#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <string>

#include "freestanding/string_functions.h"

namespace jacinth::freestanding {
namespace {

int sign(int value) { return (value > 0) - (value < 0); }

const unsigned char* raw(const std::string& text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

TEST(Strings, CompareBytesFindsTheFirstDifference) {
  for (size_t size = 0; size < 40; ++size) {
    // Exact allocations: one byte too far is seen by AddressSanitizer.
    const std::string left(size, 'm');
    EXPECT_EQ(compare_bytes(raw(left), raw(std::string(size, 'm')), size), 0);
    for (size_t at = 0; at < size; ++at) {
      std::string right = left;
      right[at] = '\xf0';  // bytes are unsigned
      right[size - 1] = at == size - 1 ? right[at] : 'a';
      EXPECT_LT(compare_bytes(raw(left), raw(right), size), 0);
      EXPECT_GT(compare_bytes(raw(right), raw(left), size), 0);
    }
  }
}

TEST(Strings, FindByteStopsAtTheCount) {
  const std::string text = "abcabc";
  EXPECT_EQ(find_byte(raw(text), 'c', 6), raw(text) + 2);
  EXPECT_EQ(find_byte(raw(text), 'c', 2), nullptr);
  EXPECT_EQ(find_byte(raw(text), 'a', 0), nullptr);
  EXPECT_EQ(find_byte(raw(text), 0, 7), raw(text) + 6);
}

// Neighbours that differ by one, or by the top bit, are what arithmetic on words could mistake.
TEST(Strings, FindByteTellsBytesApartInWords) {
  for (const char neighbour : {'\x01', '\x7f', '\x80', '\xff'}) {
    for (size_t size = 1; size < 25; ++size) {
      for (size_t at = 0; at < size; ++at) {
        std::string text(size, neighbour);
        EXPECT_EQ(find_byte(raw(text), 0, size), nullptr);
        text[at] = '\0';
        EXPECT_EQ(find_byte(raw(text), 0, size), raw(text) + at);
        if (at + 1 < size) text[at + 1] = '\0';
        EXPECT_EQ(find_byte(raw(text), 0, size), raw(text) + at);
      }
    }
  }
}

TEST(Strings, AgreeWithTheCLibrary) {
  const char* const texts[] = {"", "a", "b", "ab", "abc", "abd", "aab", "\xff", "hello, world"};
  for (const char* left : texts) {
    EXPECT_EQ(text_length(left), std::strlen(left));
    for (const char* right : texts) {
      EXPECT_EQ(sign(compare_texts(left, right, SIZE_MAX)), sign(std::strcmp(left, right)));
      for (size_t most = 0; most < 5; ++most) {
        EXPECT_EQ(sign(compare_texts(left, right, most)), sign(std::strncmp(left, right, most)));
      }
      EXPECT_EQ(find_text(left, right), std::strstr(left, right)) << left << " in " << right;
      EXPECT_EQ(find_any(left, right), std::strpbrk(left, right));
    }
    for (char c : {'a', 'b', 'o', '\xff', '\0'}) {
      EXPECT_EQ(find_char(left, c), std::strchr(left, c));
      EXPECT_EQ(find_last_char(left, c), std::strrchr(left, c));
    }
  }
}

}  // namespace
}  // namespace jacinth::freestanding
