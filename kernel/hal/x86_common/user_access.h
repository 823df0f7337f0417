// Accesses to user memory that may fault. A fault at one of these instructions goes on at its
// fix-up; reaching user memory at all (SMAP) is the machine's affair.
#pragma once

#include <cstddef>
#include <cstdint>

// Pairs of 32-bit distances from their own place: the faulting instruction, where to go on.
#define JACINTH_FIXUP(from, to)          \
  ".pushsection jacinth_fixups, \"a\"\n" \
  ".long " from " - .\n .long " to       \
  " - .\n"                               \
  ".popsection\n"

namespace jacinth::hal::x86 {

// Where to go on after a fault at `pc`; 0 when that is no instruction that may fault.
uintptr_t find_fixup(uintptr_t pc);

// Returns how many bytes were copied: a fault leaves in rcx how many are missing.
inline size_t copy(void* to, const void* from, size_t count) {
  size_t left = count;
  asm volatile("1: rep movsb\n2:\n" JACINTH_FIXUP("1b", "2b")
               : "+D"(to), "+S"(from), "+c"(left)
               :
               : "memory");
  return count - left;
}

// The same by words, as far as there are whole ones: for emulators, which perform each step of a
// string instruction by itself. What a fault leaves is tried again by bytes, up to the very one.
inline size_t copy_by_words(void* to, const void* from, size_t count) {
  size_t words = count / sizeof(uint64_t);
  asm volatile("1: rep movsq\n2:\n" JACINTH_FIXUP("1b", "2b")
               : "+D"(to), "+S"(from), "+c"(words)
               :
               : "memory");
  const size_t left = words * sizeof(uint64_t) + count % sizeof(uint64_t);
  return left == 0 ? count : count - left + copy(to, from, left);
}

// A single move. False after a fault, with `*to` as it was.
template <typename Word>
bool load(const void* from, void* to) {
  Word word;
  asm goto("1: mov %1, %0\n" JACINTH_FIXUP("1b", "%l2")
           : "=r"(word)
           : "m"(*static_cast<const Word*>(from))
           :
           : fault);
  __builtin_memcpy(to, &word, sizeof word);
  return true;
fault:
  return false;
}

// At least 8 bytes by word moves, the last of which may overlap the one before: string instructions
// take tens of cycles to start. False after a fault, with any part of them copied.
inline bool copy_short(void* to, const void* from, size_t count) {
  uint64_t word;
  uint64_t last;
  size_t at = 0;
  asm goto(
      "1: mov -8(%[from], %[count]), %[last]\n"
      "jmp 5f\n"
      "2: mov (%[from], %[at]), %[word]\n"
      "3: mov %[word], (%[to], %[at])\n"
      "add $8, %[at]\n"
      "5: lea 8(%[at]), %[word]\n"
      "cmp %[count], %[word]\n"
      "jb 2b\n"
      "4: mov %[last], -8(%[to], %[count])\n"  //
      JACINTH_FIXUP("1b", "%l[fault]") JACINTH_FIXUP("2b", "%l[fault]")
          JACINTH_FIXUP("3b", "%l[fault]") JACINTH_FIXUP("4b", "%l[fault]")
      : [at] "+&r"(at), [word] "=&r"(word), [last] "=&r"(last)
      : [to] "r"(to), [from] "r"(from), [count] "r"(count)
      : "memory", "cc"
      : fault);
  return true;
fault:
  return false;
}

// False after a fault; else `*expected` is what was there.
inline bool compare_exchange(uint32_t* at, uint32_t* expected, uint32_t wanted) {
  bool done = true;
  uint32_t found = *expected;
  asm volatile("1: lock cmpxchgl %3, %2\n jmp 3f\n2: movb $0, %1\n3:\n" JACINTH_FIXUP("1b", "2b")
               : "+a"(found), "+&r"(done), "+m"(*at)
               : "r"(wanted)
               : "memory");
  *expected = found;
  return done;
}

// A single move, the other way. False after a fault.
template <typename Word>
bool store(void* to, const void* from) {
  Word word;
  __builtin_memcpy(&word, from, sizeof word);
  asm goto("1: mov %1, %0\n" JACINTH_FIXUP("1b", "%l2")
           : "=m"(*static_cast<Word*>(to))
           : "r"(word)
           :
           : fault);
  return true;
fault:
  return false;
}

}  // namespace jacinth::hal::x86
