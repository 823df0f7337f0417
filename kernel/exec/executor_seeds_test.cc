// Scheduling over many schedules: everyone runs, where it may, and once at a time.
#include <gtest/gtest.h>

#include <array>
#include <atomic>

#include "exec/executor.h"
#include "exec/test_event.h"
#include "hal/sim/machine.h"
#include "hal/sim/seeds.h"

namespace jacinth::exec {
namespace {

using sim::for_each_seed;
using sim::Machine;
using sim::Stop;

Task<void> stay_on(uint64_t allowed, int& rounds) {
  for (int i = 0; i < 10; ++i) {
    EXPECT_NE(allowed >> hal::current_cpu() & 1, 0u);
    ++rounds;
    co_await yield();
  }
}

TEST(ExecutorSeeds, AllowedCpusAreRespected) {
  for_each_seed(1000, [](uint64_t seed) {
    Machine machine({.seed = seed, .cpus = 4});
    std::array<Activity, 12> all;
    int rounds = 0;
    for (Activity& activity : all) {
      const uint64_t allowed = 1 + machine.random().below(15);
      activity.set_allowed_cpus(allowed);
      ASSERT_TRUE(activity.start([&, allowed] { return stay_on(allowed, rounds); }));
    }
    ASSERT_EQ(machine.run_until_idle(), Stop::Idle);
    EXPECT_EQ(rounds, 120);
  });
}

// Nobody may have kept, in a register or in the frame, which CPU it ran on before it suspended.
Task<void> wander(uint64_t& moves) {
  for (int i = 0; i < 20; ++i) {
    const hal::CpuId before = hal::current_cpu();
    EXPECT_EQ(Activity::current()->last_cpu(), before);
    co_await yield();
    const hal::CpuId after = hal::current_cpu();
    EXPECT_EQ(Activity::current()->last_cpu(), after);
    EXPECT_EQ(&Executor::current(), &Executor::of(after));
    moves += before != after;
  }
}

TEST(ExecutorSeeds, PerCpuStateIsReadAnewAfterEachSuspension) {
  uint64_t moves = 0;
  for_each_seed(500, [&](uint64_t seed) {
    Machine machine({.seed = seed, .cpus = 4});
    std::array<Activity, 8> all;
    for (Activity& activity : all) ASSERT_TRUE(activity.start([&] { return wander(moves); }));
    ASSERT_EQ(machine.run_until_idle(), Stop::Idle);
  });
  EXPECT_GT(moves, 100u);
}

Task<void> run_alone(bool& running, int& rounds) {
  for (int i = 0; i < 20; ++i) {
    EXPECT_FALSE(running);
    running = true;
    interleave_point();
    ++rounds;
    running = false;
    co_await yield();
  }
}

TEST(ExecutorSeeds, NoActivityRunsOnTwoCpusAtOnce) {
  for_each_seed(1000, [](uint64_t seed) {
    Machine machine({.seed = seed, .cpus = 4});
    std::array<Activity, 6> all;
    std::array<bool, 6> running{};
    std::array<int, 6> rounds{};
    for (size_t i = 0; i < all.size(); ++i)
      ASSERT_TRUE(all[i].start([&, i] { return run_alone(running[i], rounds[i]); }));
    ASSERT_EQ(machine.run_until_idle(), Stop::Idle);
    for (int count : rounds) EXPECT_EQ(count, 20);
  });
}

// Work that turns up while a CPU is on its way to sleep must not wait for another event. One
// activity alone on its queue stays there by design (Executor::kStealDelay), hence two.
constexpr int kRounds = 5;

Task<void> count_down(TestEvent& event, std::atomic<int>& left) {
  for (int i = 0; i < kRounds; ++i) {
    EXPECT_EQ(co_await event.wait(), Status::Ok);
    --left;
    while (left != 0) co_await yield();
  }
}
Task<void> signal_and_hold_the_cpu(TestEvent& event, std::atomic<int>& left) {
  for (int i = 0; i < kRounds; ++i) {
    while (event.waiters() != 2) co_await yield();
    left = 2;
    event.signal();
    for (unsigned rounds = 0; left == 2; ++rounds) spin_relax(rounds);
    event.reset();
    while (left != 0) co_await yield();
  }
}

TEST(ExecutorSeeds, IdleCpusTakeWorkThatPilesUpElsewhere) {
  for_each_seed(2000, [](uint64_t seed) {
    Machine machine({.seed = seed, .cpus = 2});
    TestEvent event;
    std::atomic<int> left = 0;
    std::array<Activity, 2> waiting;
    Activity signalling;
    for (Activity& activity : waiting)
      ASSERT_TRUE(activity.start([&] { return count_down(event, left); }));
    ASSERT_TRUE(signalling.start([&] { return signal_and_hold_the_cpu(event, left); }));
    ASSERT_EQ(machine.run_until_idle({.steps = 200'000}), Stop::Idle);
    EXPECT_EQ(left, 0);
  });
}

}  // namespace
}  // namespace jacinth::exec
