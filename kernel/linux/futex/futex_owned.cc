// Futexes that say who owns them.
#include <algorithm>

#include "hal/clock.h"
#include "hal/user.h"
#include "linux/futex/futex_table.h"
#include "linux/futex/wait_for_owner.h"
#include "linux/task/scheduling.h"
#include "linux/task/task_table.h"

namespace jacinth::linux {

using futex_op::kOwnerDied;
using futex_op::kTidMask;
using futex_op::kWaiters;

ErrnoOr<bool> change_futex(VirtAddr word, uint32_t expected, uint32_t wanted) {
  for (;;) {
    uint32_t found = expected;
    if (hal::compare_exchange_user_u32(word, &found, wanted)) return found == expected;
    TRY(make_futex_writable(word));
  }
}

bool is_owner_alive(uint32_t thread) {
  LockGuard guard(tasks_lock);
  return tasks().find_thread(static_cast<int32_t>(thread)) != nullptr;
}

namespace {

bool does_wait_for_owner(uint32_t thread) {
  LockGuard guard(tasks_lock);
  const LinuxThread* const found = tasks().find_thread(static_cast<int32_t>(thread));
  return found != nullptr && found->waits_for_owner;
}

}  // namespace

exec::Task<ErrnoOr<>> FutexTable::lock_owned(FutexWord word, uint32_t self, Instant deadline) {
  for (;;) {
    const uint32_t value = CO_TRY(touch_futex(word.address));
    const uint32_t owner = value & kTidMask;
    if (owner == self) co_return fail(Errno::DEADLK);
    if (owner == 0) {
      if (CO_TRY(change_futex(word.address, value, self | (value & (kWaiters | kOwnerDied)))))
        co_return ErrnoOr<>();
      continue;
    }
    if (deadline == kNoWait) co_return fail(Errno::AGAIN);
    // Its owner may just have let go of it.
    if (!is_owner_alive(owner)) {
      if (CO_TRY(touch_futex(word.address)) == value) co_return fail(Errno::SRCH);
      continue;
    }
    const uint32_t waited_for = value | kWaiters;
    if (waited_for != value && !CO_TRY(change_futex(word.address, value, waited_for))) continue;
    exec::Waiter waiter;
    Sleeper sleeper(waiter);
    sleeper.owner_to_be = self;
    sleeper.owner = owner;
    sleeper.priority = Thread::current()->priority();
    const bool urgent = sleeper.priority > exec::kDefaultPriority;
    const WaitForOwner waits;
    const auto entered = enter(sleeper, word, waited_for);
    if (!entered) continue;
    if (does_wait_for_owner(owner) && breaks_circle(sleeper, self)) co_return fail(Errno::DEADLK);
    if (urgent) inherit(owner);
    const Status status = co_await waiter.wait(deadline);
    // Given the word at the last moment, it has it.
    if (leave(sleeper)) co_return ErrnoOr<>();
    if (urgent) inherit(sleeper.owner);
    co_return fail(status == Status::TimedOut ? Errno::TIMEDOUT : Errno::INTR);
  }
}

FutexTable::Given FutexTable::give(const FutexWord& word, uint32_t expected, uint32_t also,
                                   IfNobody if_nobody) {
  Bucket& bucket = buckets_[bucket_of(word.key)];
  uint32_t owner = 0;
  int urgent = 0;  // the highest priority among the others
  {
    LockGuard guard(bucket.lock);
    Sleeper* first = nullptr;
    uint32_t waiters = 0;
    for (Sleeper& sleeper : bucket.sleepers) {
      if (sleeper.key != word.key || sleeper.owner_to_be == 0) continue;
      if (first == nullptr || sleeper.priority > first->priority) first = &sleeper;
      ++waiters;
    }
    if (first == nullptr && if_nobody == IfNobody::Leave) return Given::Nobody;
    if (first != nullptr) owner = first->owner_to_be;
    uint32_t found = expected;
    const uint32_t wanted = owner | also | (waiters > 1 ? kWaiters : 0);
    if (!hal::compare_exchange_user_u32(word.address, &found, wanted) || found != expected)
      return Given::Fault;
    if (first == nullptr) return Given::Nobody;
    bucket.sleepers.erase(bucket.sleepers.iterator_to(*first));
    for (Sleeper& sleeper : bucket.sleepers) {
      if (sleeper.key != word.key || sleeper.owner_to_be == 0) continue;
      sleeper.owner = owner;
      urgent = std::max(urgent, sleeper.priority);
    }
    // Whatever else may have ended its wait meanwhile: it finds that it owns the word.
    first->woken = true;
    (void)first->waiter.finish(Status::Ok);
  }
  if (urgent > exec::kDefaultPriority) inherit(owner);
  return Given::Yes;
}

ErrnoOr<> FutexTable::unlock_owned(const FutexWord& word, uint32_t self) {
  for (;;) {
    const uint32_t value = TRY(touch_futex(word.address));
    if ((value & kTidMask) != self) return fail(Errno::PERM);
    TRY(make_futex_writable(word.address));
    if (give(word, value, 0, IfNobody::Free) != Given::Fault) break;
  }
  if (LinuxThread::of(*Thread::current()).scheduling.inherited != 0) inherit(self);
  return {};
}

bool FutexTable::pass_on_dead(const FutexWord& word, uint32_t owner) {
  for (;;) {
    const auto value = touch_futex(word.address);
    if (!value || (*value & kTidMask) != owner) return false;
    if (!make_futex_writable(word.address)) return false;
    const Given given = give(word, *value, kOwnerDied, IfNobody::Leave);
    if (given != Given::Fault) return given == Given::Yes;
  }
}

// --- Circles

uint32_t FutexTable::awaited_by(uint32_t thread) {
  for (Bucket& bucket : buckets_) {
    LockGuard guard(bucket.lock);
    for (const Sleeper& sleeper : bucket.sleepers) {
      if (sleeper.owner_to_be == thread) return sleeper.owner;
    }
  }
  return 0;
}

// One thread at a time, so that of those who close a circle together one alone is refused.
bool FutexTable::breaks_circle(Sleeper& sleeper, uint32_t self) {
  constexpr int kLongestChain = 1024;
  LockGuard guard(tasks_lock);
  uint32_t owner = awaited_by(self);
  for (int depth = 0; depth < kLongestChain; ++depth) {
    if (owner == 0) return false;
    if (owner == self) return !leave(sleeper);
    owner = awaited_by(owner);
  }
  return !leave(sleeper);
}

// --- Priorities

// The highest priority of those that wait for `owner`; 0: nobody.
int FutexTable::inherited(uint32_t owner) {
  int most = 0;
  for (Bucket& bucket : buckets_) {
    LockGuard guard(bucket.lock);
    for (const Sleeper& sleeper : bucket.sleepers)
      if (sleeper.owner_to_be != 0 && sleeper.owner == owner)
        most = std::max(most, sleeper.priority);
  }
  return most;
}

// If `waiter` waits itself, it does so with this priority from now on; for whom.
uint32_t FutexTable::pass_on_priority(uint32_t waiter, int priority) {
  for (Bucket& bucket : buckets_) {
    LockGuard guard(bucket.lock);
    for (Sleeper& sleeper : bucket.sleepers) {
      if (sleeper.owner_to_be != waiter) continue;
      return std::exchange(sleeper.priority, priority) != priority ? sleeper.owner : 0;
    }
  }
  return 0;
}

// All buckets are looked through, but only where a thread of a real-time policy waits.
void FutexTable::inherit(uint32_t owner) {
  constexpr int kLongestChain = 32;
  for (int depth = 0; depth < kLongestChain && owner != 0; ++depth) {
    const int most = inherited(owner);
    int now = 0;
    {
      LockGuard guard(tasks_lock);
      LinuxThread* const thread = tasks().find_thread(static_cast<int32_t>(owner));
      if (thread == nullptr) return;
      thread->scheduling.inherited = most;
      now = executor_priority(*thread);
      // One that is about to end needs none.
      (void)thread->object().apply_priority(now);
    }
    owner = pass_on_priority(owner, now);
  }
}

}  // namespace jacinth::linux
