// Copies between kernel and user memory. The active address space is this host process's own, so a
// copy is a plain one; the signal handler sends a fault at one of its instructions to a fix-up.
#include "hal/host/fixups.h"
#include "hal/host/layout.h"
#include "hal/user.h"

namespace jacinth::host {

extern "C" const int32_t __start_jacinth_fixups[], __stop_jacinth_fixups[];

// Pairs of 32-bit distances from their own place: the faulting instruction, where to go on.
#define FIXUP(from, to)                  \
  ".pushsection jacinth_fixups, \"a\"\n" \
  ".long " from " - .\n .long " to       \
  " - .\n"                               \
  ".popsection\n"

uintptr_t find_fixup(uintptr_t pc) {
  auto target = [](const int32_t* entry) {
    return reinterpret_cast<uintptr_t>(entry) + static_cast<uintptr_t>(int64_t{*entry});
  };
  for (const int32_t* pair = __start_jacinth_fixups; pair != __stop_jacinth_fixups; pair += 2) {
    if (target(pair) == pc) return target(pair + 1);
  }
  return 0;
}

namespace {

// The part of [at, at + count) that a program may own.
size_t reachable(VirtAddr at, size_t count) {
  if (raw(at) < kUserBase || raw(at) >= kUserLimit) return 0;
  return count < kUserLimit - raw(at) ? count : kUserLimit - raw(at);
}

// A fault leaves in rcx how many bytes are missing.
size_t copy(void* to, const void* from, size_t count) {
  size_t left = count;
  asm volatile("1: rep movsb\n2:\n" FIXUP("1b", "2b")
               : "+D"(to), "+S"(from), "+c"(left)
               :
               : "memory");
  return count - left;
}

template <typename Word>
bool load(const void* from, void* to) {
  Word word;
  asm goto("1: mov %1, %0\n" FIXUP("1b", "%l2")
           : "=r"(word)
           : "m"(*static_cast<const Word*>(from))
           :
           : fault);
  __builtin_memcpy(to, &word, sizeof word);
  return true;
fault:
  return false;
}

bool compare_exchange(uint32_t* at, uint32_t* expected, uint32_t wanted) {
  bool done = true;
  uint32_t found = *expected;
  asm volatile("1: lock cmpxchgl %3, %2\n jmp 3f\n2: movb $0, %1\n3:\n" FIXUP("1b", "2b")
               : "+a"(found), "+&r"(done), "+m"(*at)
               : "r"(wanted)
               : "memory");
  *expected = found;
  return done;
}

template <typename Word>
bool store(void* to, const void* from) {
  Word word;
  __builtin_memcpy(&word, from, sizeof word);
  asm goto("1: mov %1, %0\n" FIXUP("1b", "%l2")
           : "=m"(*static_cast<Word*>(to))
           : "r"(word)
           :
           : fault);
  return true;
fault:
  return false;
}

}  // namespace
}  // namespace jacinth::host

namespace jacinth::hal {

size_t copy_from_user(void* to, VirtAddr from, size_t count) {
  count = host::reachable(from, count);
  const auto* source = reinterpret_cast<const void*>(raw(from));
  // Single words are the most common, and the string instruction is slow to start.
  if (count == sizeof(uint64_t) && host::load<uint64_t>(source, to)) return count;
  if (count == sizeof(uint32_t) && host::load<uint32_t>(source, to)) return count;
  return host::copy(to, source, count);
}

size_t copy_to_user(VirtAddr to, const void* from, size_t count) {
  count = host::reachable(to, count);
  auto* target = reinterpret_cast<void*>(raw(to));
  if (count == sizeof(uint64_t) && host::store<uint64_t>(target, from)) return count;
  if (count == sizeof(uint32_t) && host::store<uint32_t>(target, from)) return count;
  return host::copy(target, from, count);
}

bool load_user_u32(VirtAddr from, uint32_t* value) {
  if (host::reachable(from, sizeof *value) != sizeof *value) return false;
  return host::load<uint32_t>(reinterpret_cast<const void*>(raw(from)), value);
}

bool compare_exchange_user_u32(VirtAddr at, uint32_t* expected, uint32_t wanted) {
  if (host::reachable(at, sizeof wanted) != sizeof wanted) return false;
  return host::compare_exchange(reinterpret_cast<uint32_t*>(raw(at)), expected, wanted);
}

void sync_user_instructions() {}  // the processor sees its own stores

}  // namespace jacinth::hal
