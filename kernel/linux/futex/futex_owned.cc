// Futexes that say who owns them, and waits for several futexes.
#include "hal/clock.h"
#include "hal/user.h"
#include "linux/futex/futex_table.h"
#include "linux/task/task_table.h"

namespace jacinth::linux {
namespace {

using futex_op::kOwnerDied;
using futex_op::kTidMask;
using futex_op::kWaiters;

// Changes the word from `expected`. False: it was something else.
ErrnoOr<bool> change(VirtAddr word, uint32_t expected, uint32_t wanted) {
  for (;;) {
    uint32_t found = expected;
    if (hal::compare_exchange_user_u32(word, &found, wanted)) return found == expected;
    TRY(make_futex_writable(word));
  }
}

bool is_alive(uint32_t thread) {
  LockGuard guard(tasks_lock);
  return tasks().find_thread(static_cast<int32_t>(thread)) != nullptr;
}

}  // namespace

exec::Task<ErrnoOr<>> FutexTable::lock_owned(FutexWord word, uint32_t self, Instant deadline) {
  for (;;) {
    const uint32_t value = CO_TRY(touch_futex(word.address));
    const uint32_t owner = value & kTidMask;
    if (owner == self) co_return fail(Errno::DEADLK);
    if (owner == 0) {
      if (CO_TRY(change(word.address, value, self | (value & (kWaiters | kOwnerDied)))))
        co_return ErrnoOr<>();
      continue;
    }
    if (deadline == kNoWait) co_return fail(Errno::AGAIN);
    // Its owner may just have let go of it.
    if (!is_alive(owner)) {
      if (CO_TRY(touch_futex(word.address)) == value) co_return fail(Errno::SRCH);
      continue;
    }
    const uint32_t waited_for = value | kWaiters;
    if (waited_for != value && !CO_TRY(change(word.address, value, waited_for))) continue;
    exec::Waiter waiter;
    Sleeper sleeper(waiter);
    sleeper.owner_to_be = self;
    const auto entered = enter(sleeper, word, waited_for);
    if (!entered) continue;
    const Status status = co_await waiter.wait(deadline);
    // Given the word at the last moment, it has it.
    if (leave(sleeper)) co_return ErrnoOr<>();
    co_return fail(status == Status::TimedOut ? Errno::TIMEDOUT : Errno::INTR);
  }
}

// Gives the word, which is `expected`, to the first who waits for it; `also` are further bits.
FutexTable::Given FutexTable::give(const FutexWord& word, uint32_t expected, uint32_t also) {
  Bucket& bucket = buckets_[bucket_of(word.key)];
  LockGuard guard(bucket.lock);
  Sleeper* first = nullptr;
  uint32_t waiters = 0;
  for (Sleeper& sleeper : bucket.sleepers) {
    if (sleeper.key != word.key || sleeper.owner_to_be == 0) continue;
    if (first == nullptr) first = &sleeper;
    ++waiters;
  }
  if (first == nullptr) return Given::Nobody;
  uint32_t found = expected;
  const uint32_t wanted = first->owner_to_be | also | (waiters > 1 ? kWaiters : 0);
  if (!hal::compare_exchange_user_u32(word.address, &found, wanted) || found != expected)
    return Given::Fault;
  bucket.sleepers.erase(bucket.sleepers.iterator_to(*first));
  // Whatever else may have ended its wait meanwhile: it finds that it owns the word.
  first->woken = true;
  (void)first->waiter.finish(Status::Ok);
  return Given::Yes;
}

ErrnoOr<> FutexTable::unlock_owned(const FutexWord& word, uint32_t self) {
  for (;;) {
    const uint32_t value = TRY(touch_futex(word.address));
    if ((value & kTidMask) != self) return fail(Errno::PERM);
    TRY(make_futex_writable(word.address));
    switch (give(word, value, 0)) {
      case Given::Yes:
        return {};
      case Given::Fault:
        continue;
      case Given::Nobody:
        if (TRY(change(word.address, value, 0))) return {};
    }
  }
}

bool FutexTable::pass_on_dead(const FutexWord& word, uint32_t owner) {
  for (;;) {
    const auto value = touch_futex(word.address);
    if (!value || (*value & kTidMask) != owner) return false;
    if (!make_futex_writable(word.address)) return false;
    const Given given = give(word, *value, kOwnerDied);
    if (given != Given::Fault) return given == Given::Yes;
  }
}

// --- Several words

exec::Task<ErrnoOr<size_t>> FutexTable::wait_any(Vector<Expected> words, Instant deadline) {
  for (;;) {
    exec::Waiter waiter;
    Vector<UniquePtr<Sleeper>> sleepers;
    ErrnoOr<> outcome;
    for (const Expected& expected : words) {
      auto sleeper = make_unique<Sleeper>(waiter);
      if (!sleeper || !sleepers.push_back(std::move(*sleeper))) {
        outcome = fail(Errno::NOMEM);
        break;
      }
      const auto touched = touch_futex(expected.word.address);
      outcome = touched ? enter(*sleepers.back(), expected.word, expected.value)
                        : ErrnoOr<>(fail(touched.error()));
      if (!outcome) {
        sleepers.pop_back();
        break;
      }
    }
    Status status = Status::Ok;
    if (outcome) status = co_await waiter.wait(deadline);
    std::optional<size_t> woken;
    for (size_t i = 0; i < sleepers.size(); ++i) {
      if (leave(*sleepers[i]) && !woken) woken = i;
    }
    if (woken) co_return *woken;
    if (!outcome && outcome.error() == Errno::FAULT) {
      // Whether it is gone for good shows when it is touched again.
      for (const Expected& expected : words) CO_TRY(touch_futex(expected.word.address));
      continue;
    }
    if (!outcome) co_return fail(outcome.error());
    co_return fail(status == Status::TimedOut ? Errno::TIMEDOUT : Errno::INTR);
  }
}

}  // namespace jacinth::linux
