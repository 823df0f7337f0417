// The comparing and searching half of <string.h>, under names of its own so that hosted tests can
// run it beside the C library's.
#pragma once

#include <stddef.h>
#include <stdint.h>

namespace jacinth::freestanding {

inline int compare_bytes(const unsigned char* left, const unsigned char* right, size_t count) {
  size_t i = 0;
  for (; count - i >= 8; i += 8) {
    uint64_t left_word, right_word;
    __builtin_memcpy(&left_word, left + i, 8);
    __builtin_memcpy(&right_word, right + i, 8);
    if (left_word == right_word) continue;
    // As big-endian numbers the words compare as their bytes do.
    return __builtin_bswap64(left_word) < __builtin_bswap64(right_word) ? -1 : 1;
  }
  for (; i < count; ++i) {
    if (left[i] != right[i]) return left[i] - right[i];
  }
  return 0;
}

// Eight bytes at a time: a byte that is zero, and none before it, borrows from its top bit. The
// machines are all little-endian, so the first in memory is the lowest.
inline const unsigned char* find_byte(const unsigned char* in, unsigned char byte, size_t count) {
  constexpr uint64_t kOnes = 0x0101010101010101;
  for (; count >= 8; count -= 8, in += 8) {
    uint64_t word;
    __builtin_memcpy(&word, in, 8);
    word ^= byte * kOnes;
    const uint64_t zeros = (word - kOnes) & ~word & (kOnes << 7);
    if (zeros != 0) return in + __builtin_ctzll(zeros) / 8;
  }
  for (; count != 0; --count, ++in) {
    if (*in == byte) return in;
  }
  return nullptr;
}

inline size_t text_length(const char* text) {
  size_t length = 0;
  while (text[length] != '\0') ++length;
  return length;
}

inline int compare_texts(const char* left, const char* right, size_t most) {
  for (size_t i = 0; i < most; ++i) {
    const auto a = static_cast<unsigned char>(left[i]);
    const auto b = static_cast<unsigned char>(right[i]);
    if (a != b) return a - b;
    if (a == 0) return 0;
  }
  return 0;
}

// The first occurrence; the terminating NUL is part of the text, as strchr wants it.
inline const char* find_char(const char* text, char c) {
  for (;; ++text) {
    if (*text == c) return text;
    if (*text == '\0') return nullptr;
  }
}

inline const char* find_last_char(const char* text, char c) {
  const char* found = nullptr;
  for (;; ++text) {
    if (*text == c) found = text;
    if (*text == '\0') return found;
  }
}

inline const char* find_any(const char* text, const char* accept) {
  for (; *text != '\0'; ++text) {
    if (find_char(accept, *text) != nullptr) return text;
  }
  return nullptr;
}

inline const char* find_text(const char* text, const char* part) {
  const size_t length = text_length(part);
  for (;; ++text) {
    if (compare_texts(text, part, length) == 0) return text;
    if (*text == '\0') return nullptr;
  }
}

}  // namespace jacinth::freestanding
