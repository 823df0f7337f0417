// Copying and filling for machines where a misaligned access may trap (RISC-V): whole words when
// both blocks are misaligned alike, bytes otherwise.
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

// From the lowest address up: right for separate blocks, and for overlapping ones when to <= from.
inline void copy_up(unsigned char* to, const unsigned char* from, size_t count) {
  if (aligned_alike(to, from)) {
    for (; count != 0 && !aligned(to); --count) *to++ = *from++;
    // Four loads before the stores that wait for them.
    for (; count >= 4 * sizeof(Word); count -= 4 * sizeof(Word)) {
      const auto* source = reinterpret_cast<const Word*>(from);
      auto* target = reinterpret_cast<Word*>(to);
      const Word a = source[0], b = source[1], c = source[2], d = source[3];
      target[0] = a, target[1] = b, target[2] = c, target[3] = d;
      to += 4 * sizeof(Word);
      from += 4 * sizeof(Word);
    }
    for (; count >= sizeof(Word); count -= sizeof(Word)) {
      *reinterpret_cast<Word*>(to) = *reinterpret_cast<const Word*>(from);
      to += sizeof(Word);
      from += sizeof(Word);
    }
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
  for (; count >= sizeof(Word); count -= sizeof(Word)) {
    *reinterpret_cast<Word*>(to) = word;
    to += sizeof(Word);
  }
  for (; count != 0; --count) *to++ = byte;
}

}  // namespace jacinth::freestanding::portable
