#include "vm/user_memory.h"

#include "hal/user.h"
#include "vm/address_space.h"

namespace jacinth::vm {
namespace {

// The machine may forget a translation again before the copy comes to it (another CPU unmaps or
// takes a snapshot). Who loses so often in a row is being played with.
constexpr int kMostTries = 1000;

// Calls copy(done), which returns how many more bytes it has copied, until all are.
template <typename F>
Result<> copy_resolving_faults(VirtAddr user, size_t bytes, hal::Access access, F&& copy) {
  int tries = 0;
  for (size_t done = 0;;) {
    const size_t more = copy(done);
    done += more;
    if (done == bytes) return {};
    tries = more == 0 ? tries + 1 : 1;
    AddressSpace* const space = AddressSpace::current();
    if (space == nullptr || tries > kMostTries) return fail(Status::InvalidArgs);
    const Result<> resolved = space->handle_fault(user + done, access);
    if (resolved) continue;
    return fail(resolved.error() == Status::NoMemory ? Status::NoMemory : Status::InvalidArgs);
  }
}

}  // namespace

Result<> detail::copy_in_resolving_faults(void* to, VirtAddr from, size_t bytes) {
  auto* target = static_cast<std::byte*>(to);
  return copy_resolving_faults(from, bytes, hal::Access::Read, [&](size_t done) {
    return hal::copy_from_user(target + done, from + done, bytes - done);
  });
}

Result<> detail::copy_out_resolving_faults(VirtAddr to, const void* from, size_t bytes) {
  const auto* source = static_cast<const std::byte*>(from);
  return copy_resolving_faults(to, bytes, hal::Access::Write, [&](size_t done) {
    return hal::copy_to_user(to + done, source + done, bytes - done);
  });
}

}  // namespace jacinth::vm
