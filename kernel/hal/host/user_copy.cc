// Copies between kernel and user memory. The active address space is this host process's own, so a
// copy is a plain one; the signal handler sends a fault at one of its instructions to a fix-up.
#include "hal/host/layout.h"
#include "hal/user.h"
#include "hal/x86_common/user_access.h"

namespace jacinth::host {

namespace {

// The part of [at, at + count) that a program may own.
size_t reachable(VirtAddr at, size_t count) {
  if (raw(at) < kUserBase || raw(at) >= kUserLimit) return 0;
  return count < kUserLimit - raw(at) ? count : kUserLimit - raw(at);
}

// Blocks up to this are copied by word moves.
constexpr size_t kShort = 160;

// A fault leaves it to the string instruction to tell how far it came.
size_t copy(void* to, const void* from, size_t count) {
  if (count >= sizeof(uint64_t) && count <= kShort && hal::x86::copy_short(to, from, count))
    return count;
  return hal::x86::copy(to, from, count);
}

}  // namespace
}  // namespace jacinth::host

namespace jacinth::hal {

size_t copy_from_user(void* to, VirtAddr from, size_t count) {
  count = host::reachable(from, count);
  const auto* source = reinterpret_cast<const void*>(raw(from));
  // Single words are the most common, and bytes through pipes.
  if (count == sizeof(uint64_t) && x86::load<uint64_t>(source, to)) return count;
  if (count == sizeof(uint32_t) && x86::load<uint32_t>(source, to)) return count;
  if (count == sizeof(uint8_t) && x86::load<uint8_t>(source, to)) return count;
  return host::copy(to, source, count);
}

size_t copy_to_user(VirtAddr to, const void* from, size_t count) {
  count = host::reachable(to, count);
  auto* target = reinterpret_cast<void*>(raw(to));
  if (count == sizeof(uint64_t) && x86::store<uint64_t>(target, from)) return count;
  if (count == sizeof(uint32_t) && x86::store<uint32_t>(target, from)) return count;
  if (count == sizeof(uint8_t) && x86::store<uint8_t>(target, from)) return count;
  return host::copy(target, from, count);
}

bool load_user_u32(VirtAddr from, uint32_t* value) {
  if (host::reachable(from, sizeof *value) != sizeof *value) return false;
  return x86::load<uint32_t>(reinterpret_cast<const void*>(raw(from)), value);
}

bool compare_exchange_user_u32(VirtAddr at, uint32_t* expected, uint32_t wanted) {
  if (host::reachable(at, sizeof wanted) != sizeof wanted) return false;
  return x86::compare_exchange(reinterpret_cast<uint32_t*>(raw(at)), expected, wanted);
}

void sync_user_instructions() {}  // the processor sees its own stores

}  // namespace jacinth::hal
