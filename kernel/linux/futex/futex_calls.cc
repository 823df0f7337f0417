// The futex system calls.
#include "linux/futex/futex_calls.h"

#include <algorithm>

#include "hal/clock.h"
#include "linux/futex/futex_table.h"
#include "linux/syscall_prototypes.h"
#include "linux/task/task_table.h"
#include "linux/time/time_values.h"

namespace jacinth::linux {
namespace {

// A wait without a limit is made again after a signal; one with a limit too, until the same
// instant.
exec::Task<SysResult> wait(LinuxThread& self, FutexWord word, uint32_t expected, uint32_t bits,
                           Instant deadline) {
  const VirtAddr address = word.address;
  const auto woken = co_await futexes().wait(std::move(word), expected, bits, deadline);
  if (woken) co_return uint64_t{0};
  if (woken.error() != Errno::INTR) co_return fail(woken.error());
  if (deadline == kForever) co_return fail(Errno::RESTARTSYS);
  self.restart = {.kind = LinuxThread::Restart::Kind::Futex,
                  .clock = 0,
                  .deadline = deadline,
                  .a0 = raw(address),
                  .a1 = uint64_t{bits} << 32 | expected,
                  .a2 = self.call.args[1]};
  co_return fail(Errno::RESTART_RESTARTBLOCK);
}

ErrnoOr<Instant> deadline_of(int32_t operation, VirtAddr timeout) {
  if (raw(timeout) == 0) return kForever;
  const Duration span = TRY(read_duration(UserIn<abi::timespec>(timeout)));
  if ((operation & ~(futex_op::kPrivate | futex_op::kClockRealtime)) == futex_op::kWait)
    return hal::now() + span;
  const bool realtime = (operation & futex_op::kClockRealtime) != 0;
  return TRY(instant_of(realtime ? kClockRealtime : kClockMonotonic, span));
}

struct Request {
  VirtAddr word{};
  int32_t operation = 0;
  uint32_t value = 0;
  uint64_t timeout = 0;
  VirtAddr word2{};
  uint32_t value3 = 0;
};

// A wake of nobody wakes one: Linux counts after it has woken.
uint32_t wake_count(uint64_t value) {
  return static_cast<uint32_t>(std::max(static_cast<int32_t>(value), 1));
}

ErrnoOr<uint64_t> without_waiting(LinuxMemory& memory, const Request& request) {
  const bool shared = (request.operation & futex_op::kPrivate) == 0;
  const int32_t what = request.operation & ~(futex_op::kPrivate | futex_op::kClockRealtime);
  const FutexWord first = TRY(FutexWord::find(memory, request.word, shared));
  if (what == futex_op::kWake) return futexes().wake(first.key, wake_count(request.value));
  if (what == futex_op::kWakeBitset) {
    if (request.value3 == 0) return fail(Errno::INVAL);
    return futexes().wake(first.key, wake_count(request.value), request.value3);
  }
  const FutexWord second = TRY(FutexWord::find(memory, request.word2, shared));
  const auto count2 = static_cast<uint32_t>(request.timeout);
  if (what == futex_op::kWakeOp)
    return TRY(futexes().wake_op(first, second, wake_count(request.value), wake_count(count2),
                                 request.value3));
  if (static_cast<int32_t>(request.value) < 0 || static_cast<int32_t>(count2) < 0)
    return fail(Errno::INVAL);
  const bool compares = what == futex_op::kCmpRequeue;
  const auto done = TRY(futexes().requeue({.from = first,
                                           .to = second,
                                           .wake = request.value,
                                           .move = count2,
                                           .compares = compares,
                                           .expected = request.value3}));
  return uint64_t{done.woken} + done.moved;
}

exec::Task<SysResult> lock_owned(LinuxThread& self, FutexWord word, Instant deadline) {
  const auto done =
      co_await futexes().lock_owned(std::move(word), static_cast<uint32_t>(self.id()), deadline);
  if (done) co_return uint64_t{0};
  co_return fail(done.error() == Errno::INTR ? Errno::RESTARTNOINTR : done.error());
}

exec::Task<SysResult> wait_to_own(LinuxThread& self, FutexWord word, uint32_t expected,
                                  Instant deadline, FutexWord target) {
  const auto done = co_await futexes().wait_to_own(
      std::move(word), expected, deadline, std::move(target), static_cast<uint32_t>(self.id()));
  if (done) co_return uint64_t{0};
  co_return fail(done.error() == Errno::INTR ? Errno::RESTARTNOINTR : done.error());
}

// One that the second word's owner is to be, and up to `timeout` more.
ErrnoOr<uint64_t> requeue_to_owned(LinuxMemory& memory, const Request& request) {
  const bool shared = (request.operation & futex_op::kPrivate) == 0;
  const FutexWord first = TRY(FutexWord::find(memory, request.word, shared));
  const FutexWord second = TRY(FutexWord::find(memory, request.word2, shared));
  const auto more = static_cast<int32_t>(request.timeout);
  if (request.value != 1 || more < 0 || first.key == second.key) return fail(Errno::INVAL);
  return TRY(
      futexes().requeue_to_owned(first, request.value3, second, static_cast<uint32_t>(more) + 1));
}

// The clock that a limit is read on: FUTEX_LOCK_PI's has always been the wall's.
ErrnoOr<Instant> owned_deadline(int32_t operation, int32_t what, VirtAddr timeout) {
  if (what == futex_op::kTrylockPi) return kNoWait;
  if (raw(timeout) == 0) return kForever;
  const Duration span = TRY(read_duration(UserIn<abi::timespec>(timeout)));
  const bool realtime = what == futex_op::kLockPi || (operation & futex_op::kClockRealtime) != 0;
  // One that has passed still lets the word be taken.
  return std::max(TRY(instant_of(realtime ? kClockRealtime : kClockMonotonic, span)), Instant{1});
}

// struct futex_waitv
struct WaitEntry {
  uint64_t value, address;
  uint32_t flags, reserved;
};

ErrnoOr<Vector<FutexTable::Expected>> read_entries(LinuxMemory& memory, UserIn<std::byte> from,
                                                   uint32_t count) {
  constexpr uint32_t kSize32 = 2;
  auto words = TRY(to_errno(Vector<FutexTable::Expected>::with_size(count)));
  for (uint32_t i = 0; i < count; ++i) {
    const auto entry = TRY(get(UserIn<WaitEntry>(from.address()), i));
    const uint32_t size = entry.flags & ~static_cast<uint32_t>(futex_op::kPrivate);
    if (size != kSize32 || entry.reserved != 0) return fail(Errno::INVAL);
    const bool shared = (entry.flags & futex_op::kPrivate) == 0;
    words[i].word = TRY(FutexWord::find(memory, VirtAddr{entry.address}, shared));
    words[i].value = static_cast<uint32_t>(entry.value);
  }
  return words;
}

exec::Task<SysResult> wait_any(Vector<FutexTable::Expected> words, Instant deadline) {
  const auto woken = co_await futexes().wait_any(std::move(words), deadline);
  if (woken) co_return uint64_t{*woken};
  // The limit is an instant, so the call can simply be made again.
  co_return fail(woken.error() == Errno::INTR ? Errno::RESTARTSYS : woken.error());
}

}  // namespace

exec::Task<SysResult> restart_futex_wait(LinuxThread& self) {
  const LinuxThread::Restart restart = self.restart;
  const bool shared = (restart.a2 & futex_op::kPrivate) == 0;
  auto word = FutexWord::find(self.process().memory(), VirtAddr{restart.a0}, shared);
  if (!word) co_return fail(word.error());
  self.call.args[1] = restart.a2;
  co_return co_await wait(self, std::move(*word), static_cast<uint32_t>(restart.a1),
                          static_cast<uint32_t>(restart.a1 >> 32), restart.deadline);
}

exec::Eventually<SysResult> sys_futex(SyscallContext& ctx, VirtAddr word, int32_t operation,
                                      uint32_t value, uint64_t timeout, VirtAddr word2,
                                      uint32_t value3) {
  LinuxMemory& memory = ctx.process().memory();
  const int32_t what = operation & ~(futex_op::kPrivate | futex_op::kClockRealtime);
  const bool knows_clock = what == futex_op::kWaitBitset || what == futex_op::kWaitRequeuePi ||
                           what == futex_op::kLockPi2;
  if ((operation & futex_op::kClockRealtime) != 0 && !knows_clock)
    return SysResult(fail(Errno::NOSYS));
  switch (what) {
    case futex_op::kWait:
    case futex_op::kWaitBitset: {
      const uint32_t bits = what == futex_op::kWait ? kAnyBits : value3;
      if (bits == 0) return SysResult(fail(Errno::INVAL));
      const auto deadline = deadline_of(operation, VirtAddr{timeout});
      if (!deadline) return SysResult(fail(deadline.error()));
      auto found = FutexWord::find(memory, word, (operation & futex_op::kPrivate) == 0);
      if (!found) return SysResult(fail(found.error()));
      return wait(ctx.self(), std::move(*found), value, bits, *deadline);
    }
    case futex_op::kWake:
    case futex_op::kWakeBitset:
    case futex_op::kWakeOp:
    case futex_op::kRequeue:
    case futex_op::kCmpRequeue:
      return without_waiting(memory, {word, operation, value, timeout, word2, value3});
    case futex_op::kWaitRequeuePi: {
      const auto deadline = deadline_of(operation, VirtAddr{timeout});
      if (!deadline) return SysResult(fail(deadline.error()));
      const bool shared = (operation & futex_op::kPrivate) == 0;
      auto found = FutexWord::find(memory, word, shared);
      if (!found) return SysResult(fail(found.error()));
      auto target = FutexWord::find(memory, word2, shared);
      if (!target) return SysResult(fail(target.error()));
      if (found->key == target->key) return SysResult(fail(Errno::INVAL));
      return wait_to_own(ctx.self(), std::move(*found), value, *deadline, std::move(*target));
    }
    case futex_op::kCmpRequeuePi:
      return requeue_to_owned(memory, {word, operation, value, timeout, word2, value3});
    case futex_op::kLockPi:
    case futex_op::kLockPi2:
    case futex_op::kTrylockPi: {
      const auto deadline = owned_deadline(operation, what, VirtAddr{timeout});
      if (!deadline) return SysResult(fail(deadline.error()));
      auto found = FutexWord::find(memory, word, (operation & futex_op::kPrivate) == 0);
      if (!found) return SysResult(fail(found.error()));
      return lock_owned(ctx.self(), std::move(*found), *deadline);
    }
    case futex_op::kUnlockPi: {
      const auto found = FutexWord::find(memory, word, (operation & futex_op::kPrivate) == 0);
      if (!found) return SysResult(fail(found.error()));
      const auto done = futexes().unlock_owned(*found, static_cast<uint32_t>(ctx.self().id()));
      if (!done) return SysResult(fail(done.error()));
      return SysResult(0);
    }
    default:
      return SysResult(fail(Errno::NOSYS));
  }
}

exec::Eventually<SysResult> sys_futex_waitv(SyscallContext& ctx, UserIn<std::byte> waiters,
                                            uint32_t count, uint32_t flags,
                                            UserIn<abi::timespec> timeout, int32_t clock) {
  Instant deadline = kForever;
  auto prepare = [&]() -> ErrnoOr<Vector<FutexTable::Expected>> {
    if (flags != 0 || count == 0 || count > FutexTable::kMostWords || waiters.is_null())
      return fail(Errno::INVAL);
    if (!timeout.is_null()) {
      if (clock != kClockMonotonic && clock != kClockRealtime) return fail(Errno::INVAL);
      deadline = TRY(instant_of(clock, TRY(read_duration(timeout))));
    }
    return read_entries(ctx.process().memory(), waiters, count);
  };
  auto words = prepare();
  if (!words) return SysResult(fail(words.error()));
  return wait_any(std::move(*words), deadline);
}

SysResult sys_set_robust_list(SyscallContext& ctx, VirtAddr head, size_t size) {
  if (size != sizeof(abi::robust_list_head)) return fail(Errno::INVAL);
  ctx.self().robust_list = head;
  return 0;
}

SysResult sys_get_robust_list(SyscallContext& ctx, int32_t pid, UserOut<uint64_t> head,
                              UserOut<size_t> size) {
  VirtAddr found = ctx.self().robust_list;
  if (pid != 0 && pid != ctx.self().id()) {
    LockGuard guard(tasks_lock);
    LinuxThread* const thread = tasks().find_thread(pid);
    if (thread == nullptr) return fail(Errno::SRCH);
    if (&thread->process() != &ctx.process()) return fail(Errno::PERM);
    found = thread->robust_list;
  }
  TRY(put(size, sizeof(abi::robust_list_head)));
  TRY(put(head, raw(found)));
  return 0;
}

}  // namespace jacinth::linux
