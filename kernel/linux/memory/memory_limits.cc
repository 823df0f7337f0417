#include "linux/memory/memory_limits.h"

#include <algorithm>

#include "linux/memory/overcommit.h"

namespace jacinth::linux {
namespace {

bool may_lock_any(LinuxProcess& process) {
  constexpr uint64_t kCapIpcLock = 1 << 14;
  return (process.credentials.lock()->capabilities.effective & kCapIpcLock) != 0;
}

bool exceeds(uint64_t now, uint64_t more, uint64_t limit) {
  return limit != kUnlimited && (now > limit || more > limit - now);
}

// How much of [from, to) is mapped.
ErrnoOr<uint64_t> mapped_bytes(LinuxMemory& memory, uint64_t from, uint64_t to) {
  uint64_t sum = 0;
  const auto there = TRY(to_errno(memory.space()->mappings(VirtAddr{from}, VirtAddr{to})));
  for (const vm::MappingInfo& mapping : there)
    sum += std::min(raw(mapping.end()), to) - std::max(raw(mapping.base), from);
  return sum;
}

}  // namespace

ErrnoOr<> check_wish(LinuxProcess& process, const MemoryWish& wish) {
  if (wish.promised && !may_promise(wish.bytes, wish.no_reserve)) return fail(Errno::NOMEM);
  const Limits limits = *process.limits.lock();
  const uint64_t most = limits.of[kLimitAddressSpace].soft;
  const uint64_t most_data = wish.data ? limits.of[kLimitData].soft : kUnlimited;
  const uint64_t most_locked =
      wish.locked && !may_lock_any(process) ? limits.of[kLimitMemlock].soft : kUnlimited;
  if (most == kUnlimited && most_data == kUnlimited && most_locked == kUnlimited) return {};
  LinuxMemory& memory = process.memory();
  const auto totals = TRY(memory.totals());
  if (exceeds(totals.locked, wish.bytes, most_locked)) return fail(Errno::AGAIN);
  auto fits = [&](uint64_t bytes) {
    return !exceeds(totals.all, bytes, most) && !exceeds(totals.data, bytes, most_data);
  };
  if (fits(wish.bytes)) return {};
  if (wish.place == 0) return fail(Errno::NOMEM);
  const uint64_t there = TRY(mapped_bytes(memory, wish.place, wish.place + wish.bytes));
  return fits(wish.bytes - there) ? ErrnoOr<>() : fail(Errno::NOMEM);
}

ErrnoOr<> check_data(LinuxProcess& process, uint64_t bytes) {
  const uint64_t most = process.limits.lock()->of[kLimitData].soft;
  if (most == kUnlimited) return {};
  return exceeds(TRY(process.memory().totals()).data, bytes, most) ? fail(Errno::NOMEM)
                                                                   : ErrnoOr<>();
}

ErrnoOr<> check_locked(LinuxProcess& process, uint64_t bytes, Errno too_much) {
  if (may_lock_any(process)) return {};
  const uint64_t limit = process.limits.lock()->of[kLimitMemlock].soft;
  if (limit == 0) return fail(Errno::PERM);
  return bytes > limit ? fail(too_much) : ErrnoOr<>();
}

bool may_begin(LinuxProcess& process, LinuxMemory& memory, uint64_t stack) {
  const Limits limits = *process.limits.lock();
  if (exceeds(0, page_floor(stack), limits.of[kLimitStack].soft)) return false;
  const uint64_t most = limits.of[kLimitAddressSpace].soft;
  const uint64_t most_data = limits.of[kLimitData].soft;
  if (most == kUnlimited && most_data == kUnlimited) return true;
  const auto totals = memory.totals();
  return totals && !exceeds(totals->all, 0, most) && !exceeds(totals->data, 0, most_data);
}

}  // namespace jacinth::linux
