// Copying and filling for x86-64, without vector registers (the kernel has none).
//
// Blocks below a kilobyte, by far the most frequent, take word moves, the first and last of which
// may overlap: `rep movs` needs tens of cycles to start, and only then runs a cache line at a time.
// It is measured to do so by bytes at any alignment, but by words only when both blocks are
// aligned. By words is preferred then (pages are), because an emulator performs each step by
// itself.
#pragma once

#include <stddef.h>
#include <stdint.h>

namespace jacinth::freestanding::x86_64 {

inline constexpr size_t kRepeatThreshold = 1024;

inline bool aligned(const unsigned char* at) { return reinterpret_cast<uintptr_t>(at) % 8 == 0; }

template <typename Word>
inline Word load_word(const unsigned char* from) {
  Word word;
  __builtin_memcpy(&word, from, sizeof(word));
  return word;
}

template <typename Word>
inline void store_word(unsigned char* to, Word word) {
  __builtin_memcpy(to, &word, sizeof(word));
}

// Up to 16 bytes, loaded in full before any is stored, so that overlap does not matter.
inline void copy_small(unsigned char* to, const unsigned char* from, size_t count) {
  if (count >= 8) {
    const auto first = load_word<uint64_t>(from);
    const auto last = load_word<uint64_t>(from + count - 8);
    store_word(to, first);
    store_word(to + count - 8, last);
  } else if (count >= 4) {
    const auto first = load_word<uint32_t>(from);
    const auto last = load_word<uint32_t>(from + count - 4);
    store_word(to, first);
    store_word(to + count - 4, last);
  } else if (count != 0) {
    const unsigned char first = from[0];
    const unsigned char middle = from[count / 2];
    const unsigned char last = from[count - 1];
    to[0] = first;
    to[count / 2] = middle;
    to[count - 1] = last;
  }
}

// 32 bytes, all loaded before any is stored.
inline void copy_four_words(unsigned char* to, const unsigned char* from) {
  const auto a = load_word<uint64_t>(from);
  const auto b = load_word<uint64_t>(from + 8);
  const auto c = load_word<uint64_t>(from + 16);
  const auto d = load_word<uint64_t>(from + 24);
  store_word(to, a);
  store_word(to + 8, b);
  store_word(to + 16, c);
  store_word(to + 24, d);
}

// From the lowest address up: right for separate blocks, and for overlapping ones when to <= from.
inline void copy_up(unsigned char* to, const unsigned char* from, size_t count) {
  if (count <= 16) return copy_small(to, from, count);
  if (count >= kRepeatThreshold && !(aligned(to) && aligned(from))) {
    asm volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(count) : : "memory");
    return;
  }
  // Loaded first and stored last: the words below may overwrite its source.
  const auto last = load_word<uint64_t>(from + count - 8);
  unsigned char* const last_to = to + count - 8;
  if (count >= kRepeatThreshold) {
    size_t words = count / 8;
    asm volatile("rep movsq" : "+D"(to), "+S"(from), "+c"(words) : : "memory");
  } else {
    size_t left = count - 1;
    for (; left >= 32; left -= 32, to += 32, from += 32) copy_four_words(to, from);
    for (; left >= 8; left -= 8, to += 8, from += 8) store_word(to, load_word<uint64_t>(from));
  }
  store_word(last_to, last);
}

// From the highest address down: right for overlapping blocks when to >= from.
inline void copy_down(unsigned char* to, const unsigned char* from, size_t count) {
  if (count <= 16) return copy_small(to, from, count);
  const auto first = load_word<uint64_t>(from);
  size_t left = count;
  for (; left > 32; left -= 32) copy_four_words(to + left - 32, from + left - 32);
  for (; left > 8; left -= 8) store_word(to + left - 8, load_word<uint64_t>(from + left - 8));
  store_word(to, first);
}

inline void fill(unsigned char* to, unsigned char byte, size_t count) {
  const uint64_t word = byte * 0x0101010101010101ull;
  if (count < 8) {
    for (size_t i = 0; i < count; ++i) to[i] = byte;
    return;
  }
  if (count >= kRepeatThreshold && !aligned(to)) {
    asm volatile("rep stosb" : "+D"(to), "+c"(count) : "a"(word) : "memory");
    return;
  }
  store_word(to + count - 8, word);
  if (count >= kRepeatThreshold) {
    size_t words = count / 8;
    asm volatile("rep stosq" : "+D"(to), "+c"(words) : "a"(word) : "memory");
    return;
  }
  size_t left = count - 1;
  for (; left >= 32; left -= 32, to += 32) {
    store_word(to, word);
    store_word(to + 8, word);
    store_word(to + 16, word);
    store_word(to + 24, word);
  }
  for (; left >= 8; left -= 8, to += 8) store_word(to, word);
}

}  // namespace jacinth::freestanding::x86_64
