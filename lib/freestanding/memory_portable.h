// Copying and filling for machines where a misaligned access may trap (RISC-V): whole words, put
// together from two where the blocks are misaligned differently.
#pragma once

#include <stddef.h>
#include <stdint.h>

namespace jacinth::freestanding::portable {

// A word that may alias anything.
using Word [[gnu::may_alias]] = uint64_t;

inline bool aligned(const unsigned char* at) {
  return reinterpret_cast<uintptr_t>(at) % sizeof(Word) == 0;
}

inline bool aligned_alike(const unsigned char* left, const unsigned char* right) {
  return (reinterpret_cast<uintptr_t>(left) ^ reinterpret_cast<uintptr_t>(right)) % sizeof(Word) ==
         0;
}

// Words, where both are aligned. Takes the bytes copied off `count`.
inline void copy_words_up(unsigned char*& to, const unsigned char*& from, size_t& count) {
  // Eight loads before the stores that wait for them.
  for (; count >= 8 * sizeof(Word); count -= 8 * sizeof(Word)) {
    const auto* source = reinterpret_cast<const Word*>(from);
    auto* target = reinterpret_cast<Word*>(to);
    const Word a = source[0], b = source[1], c = source[2], d = source[3];
    const Word e = source[4], f = source[5], g = source[6], h = source[7];
    target[0] = a, target[1] = b, target[2] = c, target[3] = d;
    target[4] = e, target[5] = f, target[6] = g, target[7] = h;
    to += 8 * sizeof(Word);
    from += 8 * sizeof(Word);
  }
  for (; count >= sizeof(Word); count -= sizeof(Word)) {
    *reinterpret_cast<Word*>(to) = *reinterpret_cast<const Word*>(from);
    to += sizeof(Word);
    from += sizeof(Word);
  }
}

// The same where only `to` is: each word written is the end of one word read and the start of the
// next. (RISC-V is little-endian.)
inline void merge_words_up(unsigned char*& to, const unsigned char*& from, size_t& count) {
  const size_t ahead = sizeof(Word) - reinterpret_cast<uintptr_t>(from) % sizeof(Word);
  if (count < ahead + sizeof(Word)) return;
  Word carried = 0;
  for (size_t i = 0; i < ahead; ++i) carried |= Word{from[i]} << i * 8;
  const size_t shift = ahead * 8;
  for (; count >= ahead + sizeof(Word); count -= sizeof(Word)) {
    const Word next = *reinterpret_cast<const Word*>(from + ahead);
    *reinterpret_cast<Word*>(to) = carried | next << shift;
    carried = next >> (64 - shift);
    to += sizeof(Word);
    from += sizeof(Word);
  }
}

// From the lowest address up: right for separate blocks, and for overlapping ones when to <= from.
inline void copy_up(unsigned char* to, const unsigned char* from, size_t count) {
  if (aligned_alike(to, from)) {
    for (; count != 0 && !aligned(to); --count) *to++ = *from++;
    copy_words_up(to, from, count);
  } else if (count >= 2 * sizeof(Word)) {
    for (; !aligned(to); --count) *to++ = *from++;
    merge_words_up(to, from, count);
  }
  for (; count != 0; --count) *to++ = *from++;
}

// From the highest address down: right for overlapping blocks when to >= from.
inline void copy_down(unsigned char* to, const unsigned char* from, size_t count) {
  to += count;
  from += count;
  if (aligned_alike(to, from)) {
    for (; count != 0 && !aligned(to); --count) *--to = *--from;
    for (; count >= sizeof(Word); count -= sizeof(Word)) {
      to -= sizeof(Word);
      from -= sizeof(Word);
      *reinterpret_cast<Word*>(to) = *reinterpret_cast<const Word*>(from);
    }
  }
  for (; count != 0; --count) *--to = *--from;
}

inline void fill(unsigned char* to, unsigned char byte, size_t count) {
  const Word word = byte * 0x0101010101010101ull;
  for (; count != 0 && !aligned(to); --count) *to++ = byte;
  for (; count >= 8 * sizeof(Word); count -= 8 * sizeof(Word)) {
    auto* target = reinterpret_cast<Word*>(to);
    for (int i = 0; i < 8; ++i) target[i] = word;
    to += 8 * sizeof(Word);
  }
  for (; count >= sizeof(Word); count -= sizeof(Word)) {
    *reinterpret_cast<Word*>(to) = word;
    to += sizeof(Word);
  }
  for (; count != 0; --count) *to++ = byte;
}

}  // namespace jacinth::freestanding::portable
