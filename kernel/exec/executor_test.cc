#include "exec/executor.h"

#include <gtest/gtest.h>

#include <string>

#include "base/spinlock.h"
#include "exec/test_event.h"
#include "hal/address_space.h"
#include "hal/clock.h"
#include "hal/sim/machine.h"

namespace jacinth::exec {
namespace {

using sim::Machine;
using sim::Stop;

Task<void> write_name(std::string& log, char name, int times) {
  for (int i = 0; i < times; ++i) {
    log += name;
    co_await yield();
  }
}

TEST(Executor, YieldTakesTurns) {
  Machine machine;
  std::string log;
  Activity a;
  Activity b;
  Activity c;
  ASSERT_TRUE(a.start([&] { return write_name(log, 'a', 3); }));
  ASSERT_TRUE(b.start([&] { return write_name(log, 'b', 3); }));
  ASSERT_TRUE(c.start([&] { return write_name(log, 'c', 3); }));
  ASSERT_EQ(machine.run_until_idle(), Stop::Idle);
  EXPECT_EQ(log, "abcabcabc");
}

TEST(Executor, HigherPriorityRunsFirst) {
  Machine machine;
  std::string log;
  Activity low;
  Activity middle;
  Activity high;
  low.set_priority(0);
  high.set_priority(kPriorityCount - 1);
  ASSERT_TRUE(low.start([&] { return write_name(log, 'l', 2); }));
  ASSERT_TRUE(middle.start([&] { return write_name(log, 'm', 2); }));
  ASSERT_TRUE(high.start([&] { return write_name(log, 'h', 2); }));
  ASSERT_EQ(machine.run_until_idle(), Stop::Idle);
  EXPECT_EQ(log, "hhmmll");
}

Task<void> note_cpus(uint64_t& cpus, int times) {
  for (int i = 0; i < times; ++i) {
    cpus |= uint64_t{1} << hal::current_cpu();
    co_await yield();
  }
}

TEST(Executor, AllowedCpusWithoutAnExistingOneMeansAll) {
  Machine machine({.cpus = 2});
  Activity activity;
  uint64_t cpus = 0;
  activity.set_allowed_cpus(uint64_t{1} << 40);
  ASSERT_TRUE(activity.start([&] { return note_cpus(cpus, 5); }));
  ASSERT_EQ(machine.run_until_idle(), Stop::Idle);
  EXPECT_EQ(activity.state(), Activity::State::Finished);
  EXPECT_EQ(cpus & ~uint64_t{3}, 0u);
}

TEST(Executor, ActivityMovesWhenItsAllowedCpusChange) {
  Machine machine({.cpus = 2});
  TestEvent event;
  Activity activity;
  uint64_t cpus = 0;
  activity.set_allowed_cpus(1);
  auto root = [&]() -> Task<void> {
    EXPECT_EQ(co_await event.wait(), Status::Ok);
    cpus |= uint64_t{1} << hal::current_cpu();
  };
  ASSERT_TRUE(activity.start(root));
  ASSERT_EQ(machine.run_until_idle(), Stop::Idle);
  EXPECT_EQ(activity.last_cpu(), 0u);
  activity.set_allowed_cpus(2);
  event.signal();
  ASSERT_EQ(machine.run_until_idle(), Stop::Idle);
  EXPECT_EQ(cpus, 2u);
}

// A mask that changes while the activity is queued must not strand it: nobody is told to look.
TEST(Executor, MaskChangedInTheQueueDoesNotStrandTheActivity) {
  Machine machine({.cpus = 2});
  Activity activity;
  uint64_t cpus = 0;
  activity.set_allowed_cpus(2);
  ASSERT_EQ(machine.run_until_idle(), Stop::Idle);
  ASSERT_TRUE(activity.start([&] { return note_cpus(cpus, 1); }));
  activity.set_allowed_cpus(1);
  ASSERT_EQ(machine.run_until_idle(), Stop::Idle);
  EXPECT_EQ(cpus, 2u);
}

TEST(Executor, IdleCpusStealWork) {
  Machine machine({.cpus = 4});
  std::array<Activity, 16> all;
  uint64_t cpus = 0;
  for (Activity& activity : all) ASSERT_TRUE(activity.start([&] { return note_cpus(cpus, 50); }));
  ASSERT_EQ(machine.run_until_idle(), Stop::Idle);
  EXPECT_EQ(cpus, 15u);
  EXPECT_GT(Executor::of(3).counters().steals.load(), 0u);
}

Task<void> spend(Duration span) {
  const Instant end = hal::now() + span;
  while (hal::now() < end) interleave_point();
  co_return;
}

TEST(Executor, RunTimeIsCounted) {
  Machine machine;
  Activity activity;
  ASSERT_TRUE(activity.start([] { return spend(microseconds(50)); }));
  ASSERT_EQ(machine.run_until_idle(), Stop::Idle);
  EXPECT_GE(activity.runtime(), microseconds(50));
  EXPECT_LT(activity.runtime(), microseconds(60));
}

struct SelfDeleting final : Activity, HeapAllocated {
  explicit SelfDeleting(bool& flag) : gone(flag) {}
  ~SelfDeleting() override { gone = true; }
  void on_finished() override { delete this; }
  bool& gone;
};
Task<void> nothing() { co_return; }

TEST(Executor, FinishedActivityMayFreeItself) {
  Machine machine;
  bool gone = false;
  auto* activity = new (std::nothrow) SelfDeleting(gone);
  ASSERT_NE(activity, nullptr);
  ASSERT_TRUE(activity->start(nothing));
  EXPECT_FALSE(gone);
  ASSERT_EQ(machine.run_until_idle(), Stop::Idle);
  EXPECT_TRUE(gone);
}

Task<void> expect_memory(VirtAddr at, uint32_t wanted) {
  for (int i = 0; i < 10; ++i) {
    uint32_t seen = 0;
    EXPECT_TRUE(hal::load_user_u32(at, &seen));
    EXPECT_EQ(seen, wanted);
    co_await yield();
  }
}

TEST(Executor, EachActivityRunsInItsAddressSpace) {
  Machine machine({.cpus = 2});
  constexpr VirtAddr kAt{0x20'0000};
  std::array<RefPtr<hal::AddressSpace>, 3> spaces;
  std::array<Activity, 6> all;
  for (uint32_t i = 0; i < spaces.size(); ++i) {
    spaces[i] = hal::AddressSpace::create().value();
    const PhysAddr page = hal::ram_ranges()[0].base + i * kPageSize;
    memcpy(hal::phys_to_virt(page), &i, sizeof(i));
    ASSERT_TRUE(spaces[i]->map(kAt, page, 1, hal::Access::Read, hal::CachePolicy::Cached));
  }
  for (uint32_t i = 0; i < all.size(); ++i) {
    all[i].set_address_space(spaces[i % 3].get());
    ASSERT_TRUE(all[i].start([=] { return expect_memory(kAt, i % 3); }));
  }
  ASSERT_EQ(machine.run_until_idle(), Stop::Idle);
}

TEST(Executor, IdleCpusLetADeadAddressSpaceGo) {
  for (uint64_t seed = 1; seed <= 50; ++seed) {
    Machine machine({.seed = seed, .cpus = 2});
    auto space = hal::AddressSpace::create().value();
    WeakPtr<hal::AddressSpace> watch(space);
    std::array<Activity, 2> all;
    uint64_t cpus = 0;
    for (uint32_t i = 0; i < all.size(); ++i) {
      all[i].set_allowed_cpus(uint64_t{1} << i);
      all[i].set_address_space(space.get());
      ASSERT_TRUE(all[i].start([&] { return note_cpus(cpus, 3); }));
    }
    ASSERT_EQ(machine.run_until_idle(), Stop::Idle);
    EXPECT_TRUE(watch.lock());
    space.reset();
    // Both CPUs pass through their idle loops, in any order.
    std::array<Activity, 2> others;
    for (uint32_t i = 0; i < others.size(); ++i) {
      others[i].set_allowed_cpus(uint64_t{1} << i);
      ASSERT_TRUE(others[i].start(nothing));
    }
    ASSERT_EQ(machine.run_until_idle(), Stop::Idle);
    EXPECT_FALSE(watch.lock());
  }
}

TEST(ExecutorDeathTest, PriorityOutOfRangeIsAKernelBug) {
  Activity activity;
  EXPECT_DEATH(activity.set_priority(kPriorityCount), "assertion failed");
}

TEST(ExecutorDeathTest, LockHeldAcrossACoAwaitIsAKernelBug) {
  EXPECT_DEATH(
      {
        Machine machine;
        SpinLock lock(LockRank::Object);
        auto root = [&]() -> Task<void> {
          const LockGuard guard(lock);
          co_await yield();
        };
        Activity activity;
        static_cast<void>(activity.start(root));
        static_cast<void>(machine.run_until_idle());
      },
      "assertion failed: current_held_locks");
}

TEST(ActivityDeathTest, SleepingActivityMayNotBeDestroyed) {
  EXPECT_DEATH(
      {
        Machine machine;
        TestEvent event;
        auto root = [&]() -> Task<void> { static_cast<void>(co_await event.wait()); };
        Activity activity;
        static_cast<void>(activity.start(root));
        static_cast<void>(machine.run_until_idle());
      },
      "assertion failed");
}

}  // namespace
}  // namespace jacinth::exec
