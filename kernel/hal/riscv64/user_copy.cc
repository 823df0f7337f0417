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

// Calls copy(place, bytes done, bytes now) page by page; returns the bytes done.
template <typename F>
size_t for_each_page(uint64_t at, size_t count, uint64_t needed, F copy) {
  Hart& hart = this_hart();
  if (hart.space == nullptr) return 0;
  size_t done = 0;
  while (done < count && is_user_address(at + done)) {
    const size_t now = std::min(count - done, kPageSize - (at + done) % kPageSize);
    CopyGuard guard(hart);
    std::byte* place = locate(hart, at + done, needed);
    if (place == nullptr) break;
    copy(place, done, now);
    done += now;
  }
  return done;
}

}  // namespace
}  // namespace jacinth::riscv64

namespace jacinth::hal {

using namespace riscv64;

size_t copy_from_user(void* to, VirtAddr from, size_t count) {
  return for_each_page(raw(from), count, Entry::kRead,
                       [&](const std::byte* place, size_t done, size_t now) {
                         memcpy(static_cast<std::byte*>(to) + done, place, now);
                       });
}

size_t copy_to_user(VirtAddr to, const void* from, size_t count) {
  return for_each_page(raw(to), count, Entry::kWrite,
                       [&](std::byte* place, size_t done, size_t now) {
                         memcpy(place, static_cast<const std::byte*>(from) + done, now);
                       });
}

bool load_user_u32(VirtAddr from, uint32_t* value) {
  return for_each_page(
             raw(from), sizeof *value, Entry::kRead, [&](const std::byte* place, size_t, size_t) {
               *value = __atomic_load_n(reinterpret_cast<const uint32_t*>(place), __ATOMIC_SEQ_CST);
             }) == sizeof *value;
}

bool compare_exchange_user_u32(VirtAddr at, uint32_t* expected, uint32_t wanted) {
  return for_each_page(
             raw(at), sizeof wanted, Entry::kWrite, [&](std::byte* place, size_t, size_t) {
               __atomic_compare_exchange_n(reinterpret_cast<uint32_t*>(place), expected, wanted,
                                           false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
             }) == sizeof wanted;
}

}  // namespace jacinth::hal
