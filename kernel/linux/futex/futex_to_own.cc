// Waiting for one word to become the owner of another: what a condition variable does whose mutex
// says who owns it (FUTEX_WAIT_REQUEUE_PI, FUTEX_CMP_REQUEUE_PI).
#include <algorithm>

#include "hal/user.h"
#include "linux/futex/futex_table.h"
#include "linux/futex/wait_for_owner.h"
#include "linux/task/linux_thread.h"

namespace jacinth::linux {

using futex_op::kOwnerDied;
using futex_op::kTidMask;
using futex_op::kWaiters;

exec::Task<ErrnoOr<>> FutexTable::wait_to_own(FutexWord word, uint32_t expected, Instant deadline,
                                              FutexWord target, uint32_t self) {
  for (;;) {
    CO_TRY(touch_futex(word.address));
    exec::Waiter waiter;
    Sleeper sleeper(waiter);
    sleeper.target = &target.key;
    sleeper.self = self;
    sleeper.priority = Thread::current()->priority();
    const WaitForOwner waits;
    const auto entered = enter(sleeper, word, expected);
    if (!entered && entered.error() == Errno::FAULT) continue;
    if (!entered) co_return entered;
    const Status status = co_await waiter.wait(deadline);
    // Given the word at the last moment, it has it.
    if (leave(sleeper)) co_return ErrnoOr<>();
    const bool moved = sleeper.owner_to_be != 0;
    if (moved && sleeper.priority > exec::kDefaultPriority) inherit(sleeper.owner);
    if (status == Status::TimedOut) co_return fail(Errno::TIMEDOUT);
    // Once moved, the wait cannot be made again from its beginning.
    co_return fail(moved ? Errno::AGAIN : Errno::INTR);
  }
}

// How many are to be moved.
ErrnoOr<uint32_t> FutexTable::check_waiters(const FutexWord& from, uint32_t expected,
                                            const FutexWord& to, uint32_t most, uint32_t owner) {
  Bucket& bucket = buckets_[bucket_of(from.key)];
  LockGuard guard(bucket.lock);
  uint32_t value = 0;
  if (!hal::load_user_u32(from.address, &value)) return fail(Errno::FAULT);
  if (value != expected) return fail(Errno::AGAIN);
  uint32_t waiting = 0;
  for (const Sleeper& sleeper : bucket.sleepers) {
    if (waiting == most) break;
    if (sleeper.key != from.key) continue;
    if (sleeper.target == nullptr || *sleeper.target != to.key) return fail(Errno::INVAL);
    if (sleeper.self == owner) return fail(Errno::DEADLK);
    ++waiting;
  }
  return waiting;
}

int FutexTable::set_owner(const FutexWord& word, uint32_t owner) {
  Bucket& bucket = buckets_[bucket_of(word.key)];
  LockGuard guard(bucket.lock);
  int urgent = 0;
  for (Sleeper& sleeper : bucket.sleepers) {
    if (sleeper.key != word.key || sleeper.owner_to_be == 0) continue;
    sleeper.owner = owner;
    urgent = std::max(urgent, sleeper.priority);
  }
  return urgent;
}

// Its owner may have let go of it before it could know of those who have just come.
ErrnoOr<> FutexTable::settle(const FutexWord& word) {
  for (;;) {
    const uint32_t value = TRY(touch_futex(word.address));
    const uint32_t owner = value & kTidMask;
    if (owner == 0) {
      TRY(make_futex_writable(word.address));
      if (give(word, value, value & kOwnerDied, IfNobody::Leave) != Given::Fault) return {};
      continue;
    }
    const int urgent = set_owner(word, owner);
    if (urgent == 0) return {};
    if (!TRY(change_futex(word.address, value, value | kWaiters))) continue;
    if (urgent > exec::kDefaultPriority) inherit(owner);
    return {};
  }
}

ErrnoOr<uint32_t> FutexTable::requeue_to_owned(const FutexWord& from, uint32_t expected,
                                               const FutexWord& to, uint32_t most) {
  for (;;) {
    TRY(touch_futex(from.address));
    const uint32_t value = TRY(touch_futex(to.address));
    TRY(make_futex_writable(to.address));
    const uint32_t owner = value & kTidMask;
    const auto waiting = check_waiters(from, expected, to, most, owner);
    if (!waiting && waiting.error() == Errno::FAULT) continue;
    if (!waiting || *waiting == 0) return waiting;
    if (owner == 0 || is_owner_alive(owner)) break;
    if (TRY(touch_futex(to.address)) == value) return fail(Errno::SRCH);
  }
  Bucket& bucket = buckets_[bucket_of(from.key)];
  uint32_t moved = 0;
  while (moved < most && move_one(bucket, from.key, to.key, true)) ++moved;
  TRY(settle(to));
  return moved;
}

}  // namespace jacinth::linux
