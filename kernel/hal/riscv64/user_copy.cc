// Copies between kernel and user memory, through the direct map: the address is translated as the
// hardware would, and the bytes are copied where they lie. sstatus.SUM stays off for good, so the
// kernel cannot touch user memory by mistake, and no fault has to be survived.
//
// Measured against switching SUM on and off around a plain copy: docs/riscv64-machine.md.
//
// Another hart may take a page away meanwhile: CopyGuard. A copy goes page by page, so that each is
// short.
#include <algorithm>
#include <cstring>

#include "hal/riscv64/address_space.h"
#include "hal/riscv64/layout.h"
#include "hal/user.h"

namespace jacinth::riscv64 {
namespace {

// Where user address `at` lies in the direct map, or null when it may not be used so.
std::byte* locate(const Hart& hart, uint64_t at, uint64_t needed) {
  const Entry entry = hart.space->look_up(at);
  constexpr uint64_t kProgram = Entry::kValid | Entry::kUser;
  if ((entry.flags() & (kProgram | needed)) != (kProgram | needed)) return nullptr;
  return hal::phys_to_virt(entry.address()) + at % kPageSize;
}

// Calls use(place) for what lies in one page from `at` on; false when it may not be used so.
template <typename F>
bool with_place(uint64_t at, uint64_t needed, F use) {
  Hart& hart = this_hart();
  if (hart.space == nullptr || !is_user_address(at)) return false;
  CopyGuard guard(hart);
  std::byte* place = locate(hart, at, needed);
  if (place == nullptr) return false;
  use(place);
  return true;
}

// Calls copy(place, bytes done, bytes now) page by page; returns the bytes done.
template <typename F>
size_t for_each_page(uint64_t at, size_t count, uint64_t needed, F copy) {
  size_t done = 0;
  while (done < count) {
    const size_t now = std::min(count - done, kPageSize - (at + done) % kPageSize);
    if (!with_place(at + done, needed, [&](std::byte* place) { copy(place, done, now); })) break;
    done += now;
  }
  return done;
}

// Words that are aligned at both ends, by far the most common copies, go by themselves: the rest
// needs much of the stack.
template <typename Word>
bool is_word(uint64_t at, const void* other, size_t count) {
  return count == sizeof(Word) && ((at | reinterpret_cast<uint64_t>(other)) % sizeof(Word)) == 0;
}
template <typename Word>
void copy_word(void* to, const void* from) {
  __builtin_memcpy(__builtin_assume_aligned(to, sizeof(Word)),
                   __builtin_assume_aligned(from, sizeof(Word)), sizeof(Word));
}

[[gnu::noinline]] size_t copy_bytes_in(void* to, uint64_t from, size_t count) {
  return for_each_page(from, count, Entry::kRead,
                       [&](const std::byte* place, size_t done, size_t now) {
                         memcpy(static_cast<std::byte*>(to) + done, place, now);
                       });
}
[[gnu::noinline]] size_t copy_bytes_out(uint64_t to, const void* from, size_t count) {
  return for_each_page(to, count, Entry::kWrite, [&](std::byte* place, size_t done, size_t now) {
    memcpy(place, static_cast<const std::byte*>(from) + done, now);
  });
}

template <typename Word>
size_t copy_word_in(void* to, uint64_t from) {
  const auto copy = [&](const std::byte* place) { copy_word<Word>(to, place); };
  return with_place(from, Entry::kRead, copy) ? sizeof(Word) : 0;
}
template <typename Word>
size_t copy_word_out(uint64_t to, const void* from) {
  const auto copy = [&](std::byte* place) { copy_word<Word>(place, from); };
  return with_place(to, Entry::kWrite, copy) ? sizeof(Word) : 0;
}

}  // namespace
}  // namespace jacinth::riscv64

namespace jacinth::hal {

using namespace riscv64;

size_t copy_from_user(void* to, VirtAddr from, size_t count) {
  if (is_word<uint32_t>(raw(from), to, count)) return copy_word_in<uint32_t>(to, raw(from));
  if (is_word<uint64_t>(raw(from), to, count)) return copy_word_in<uint64_t>(to, raw(from));
  return copy_bytes_in(to, raw(from), count);
}

size_t copy_to_user(VirtAddr to, const void* from, size_t count) {
  if (is_word<uint32_t>(raw(to), from, count)) return copy_word_out<uint32_t>(raw(to), from);
  if (is_word<uint64_t>(raw(to), from, count)) return copy_word_out<uint64_t>(raw(to), from);
  return copy_bytes_out(raw(to), from, count);
}

bool load_user_u32(VirtAddr from, uint32_t* value) {
  return with_place(raw(from), Entry::kRead, [&](const std::byte* place) {
    *value = __atomic_load_n(reinterpret_cast<const uint32_t*>(place), __ATOMIC_SEQ_CST);
  });
}

bool compare_exchange_user_u32(VirtAddr at, uint32_t* expected, uint32_t wanted) {
  return with_place(raw(at), Entry::kWrite, [&](std::byte* place) {
    __atomic_compare_exchange_n(reinterpret_cast<uint32_t*>(place), expected, wanted, false,
                                __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
  });
}

}  // namespace jacinth::hal
