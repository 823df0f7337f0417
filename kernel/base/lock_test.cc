// Locks, their ranks, and data behind them.
#include <gtest/gtest.h>

#include "base/heap.h"
#include "base/spinlock.h"

namespace jacinth {
namespace {

TEST(SpinLock, TryLockSaysWhetherItIsFree) {
  SpinLock lock(LockRank::Object);
  bool was_free = false;
  if (lock.try_lock()) {
    was_free = true;
    EXPECT_EQ(current_held_locks().count, 1);
    lock.unlock();
  }
  EXPECT_TRUE(was_free);
  LockGuard guard(lock);
  // The analysis knows that this cannot succeed, so it is asked where the analysis does not look.
  const auto try_it = [&]() NO_THREAD_SAFETY_ANALYSIS { return lock.try_lock(); };
  EXPECT_FALSE(try_it());
}

TEST(LockRank, RisingOrderIsAccepted) {
  SpinLock outer(LockRank::Process);
  SpinLock inner(LockRank::Object);
  LockGuard outer_guard(outer);
  LockGuard inner_guard(inner);
  EXPECT_EQ(current_held_locks().count, 2);
}

TEST(LockRank, ReleaseInAnyOrderIsAccepted) {
  SpinLock outer(LockRank::Process);
  SpinLock inner(LockRank::Object);
  outer.lock();
  inner.lock();
  outer.unlock();
  EXPECT_EQ(current_held_locks().count, 1);
  EXPECT_EQ(current_held_locks().ranks[0], LockRank::Object);
  inner.unlock();
  EXPECT_EQ(current_held_locks().count, 0);
}

TEST(LockRankDeathTest, FallingOrderPanics) {
  SpinLock outer(LockRank::Object);
  SpinLock inner(LockRank::Process);
  EXPECT_DEATH(
      {
        LockGuard outer_guard(outer);
        LockGuard inner_guard(inner);
      },
      "rank 20 taken while rank 50 is held");
}

TEST(LockRankDeathTest, TwoLocksOfOneRankPanic) {
  SpinLock one(LockRank::Object);
  SpinLock other(LockRank::Object);
  EXPECT_DEATH(
      {
        LockGuard one_guard(one);
        LockGuard other_guard(other);
      },
      "rank 50 taken while rank 50 is held");
}

TEST(LockRankDeathTest, AllocatingUnderAFrameLockPanics) {
  SpinLock lock(LockRank::Frames);
  EXPECT_DEATH(
      {
        LockGuard guard(lock);
        heap_free(heap_allocate(16));
      },
      "rank 95 taken while rank 100 is held");
}

TEST(LockRankDeathTest, ReleasingWhatIsNotHeldPanics) {
  EXPECT_DEATH(note_lock_released(LockRank::Vmo), "rank 65 released but not held");
}

TEST(Guarded, GivesItsValueOnlyUnderItsLock) {
  Guarded<int, LockRank::Port> guarded(std::in_place, 41);
  guarded.with([](int& value) {
    EXPECT_EQ(current_held_locks().count, 1);
    ++value;
  });
  EXPECT_EQ(current_held_locks().count, 0);
  {
    auto access = guarded.lock();
    EXPECT_EQ(*access, 42);
    EXPECT_EQ(current_held_locks().ranks[0], LockRank::Port);
  }
  EXPECT_EQ(current_held_locks().count, 0);
}

}  // namespace
}  // namespace jacinth
