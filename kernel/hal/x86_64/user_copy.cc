// Copies between kernel and user memory, in the active address space. A fault at one of the copying
// instructions goes on at its fix-up.
#include "hal/user.h"
#include "hal/x86_64/cpu_local.h"
#include "hal/x86_64/layout.h"
#include "hal/x86_64/smap.h"
#include "hal/x86_common/user_access.h"

namespace jacinth::x86_64 {

namespace {

// While it lives, the kernel may touch user memory, and other CPUs know it.
class UserAccess {
 public:
  UserAccess() : cpu_(this_cpu()) {
    if (cpu_.in_company) cpu_.tlb.begin_reach();
    allow_user_access();
  }
  ~UserAccess() {
    forbid_user_access();
    if (cpu_.in_company) cpu_.tlb.end_reach();
  }
  UserAccess(const UserAccess&) = delete;
  UserAccess& operator=(const UserAccess&) = delete;

 private:
  Cpu& cpu_;
};

// The part of [at, at + count) that a program may own.
size_t reachable(VirtAddr at, size_t count) {
  if (raw(at) < kUserBase || raw(at) >= kUserLimit) return 0;
  return count < kUserLimit - raw(at) ? count : kUserLimit - raw(at);
}

}  // namespace
}  // namespace jacinth::x86_64

namespace jacinth::hal {

size_t copy_from_user(void* to, VirtAddr from, size_t count) {
  count = x86_64::reachable(from, count);
  const auto* source = reinterpret_cast<const void*>(raw(from));
  const x86_64::UserAccess access;
  // Single words are the most common, and the string instruction is slow to start.
  if (count == sizeof(uint64_t) && x86::load<uint64_t>(source, to)) return count;
  if (count == sizeof(uint32_t) && x86::load<uint32_t>(source, to)) return count;
  return x86::copy_by_words(to, source, count);
}

size_t copy_to_user(VirtAddr to, const void* from, size_t count) {
  count = x86_64::reachable(to, count);
  auto* target = reinterpret_cast<void*>(raw(to));
  const x86_64::UserAccess access;
  if (count == sizeof(uint64_t) && x86::store<uint64_t>(target, from)) return count;
  if (count == sizeof(uint32_t) && x86::store<uint32_t>(target, from)) return count;
  return x86::copy_by_words(target, from, count);
}

bool load_user_u32(VirtAddr from, uint32_t* value) {
  if (x86_64::reachable(from, sizeof *value) != sizeof *value) return false;
  const x86_64::UserAccess access;
  return x86::load<uint32_t>(reinterpret_cast<const void*>(raw(from)), value);
}

bool compare_exchange_user_u32(VirtAddr at, uint32_t* expected, uint32_t wanted) {
  if (x86_64::reachable(at, sizeof wanted) != sizeof wanted) return false;
  const x86_64::UserAccess access;
  return x86::compare_exchange(reinterpret_cast<uint32_t*>(raw(at)), expected, wanted);
}

void sync_user_instructions() {}  // the processor sees its own stores

}  // namespace jacinth::hal
