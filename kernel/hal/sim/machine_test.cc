#include "hal/sim/machine.h"

#include <gtest/gtest.h>

#include <set>

#include "exec/activity.h"
#include "exec/executor.h"
#include "exec/waiter.h"
#include "hal/clock.h"
#include "hal/console.h"
#include "hal/machine.h"

namespace jacinth::sim {
namespace {

exec::Task<void> note_cpu(std::string& log, char name) {
  for (int i = 0; i < 3; ++i) {
    log += name;
    co_await exec::yield();
  }
}

std::string run_two(uint64_t seed) {
  std::string log;
  exec::Activity a;
  exec::Activity b;
  Machine machine({.seed = seed, .cpus = 2});
  EXPECT_TRUE(a.start([&] { return note_cpu(log, 'a'); }));
  EXPECT_TRUE(b.start([&] { return note_cpu(log, 'b'); }));
  EXPECT_EQ(machine.run_until_idle(), Stop::Idle);
  return log;
}

TEST(SimMachine, SameSeedReplaysTheSameInterleaving) {
  for (uint64_t seed = 1; seed <= 20; ++seed) EXPECT_EQ(run_two(seed), run_two(seed));
}

TEST(SimMachine, DifferentSeedsInterleaveDifferently) {
  std::set<std::string> logs;
  for (uint64_t seed = 1; seed <= 50; ++seed) logs.insert(run_two(seed));
  EXPECT_GT(logs.size(), 1u);
}

exec::Task<void> sleep_until(Instant deadline, Instant& woke) {
  exec::Waiter waiter;
  EXPECT_EQ(co_await waiter.wait(deadline), Status::TimedOut);
  woke = hal::now();
}

TEST(SimMachine, IdleMachineJumpsToTheNextTimer) {
  Machine machine;
  exec::Activity sleeper;
  Instant woke{};
  const Instant deadline = machine.now() + seconds(100);
  ASSERT_TRUE(sleeper.start([&] { return sleep_until(deadline, woke); }));
  EXPECT_EQ(machine.run_until_idle(), Stop::Idle);
  EXPECT_GE(woke, deadline);
  EXPECT_LT(woke, deadline + milliseconds(1));
}

TEST(SimMachine, RunForStopsAtItsTime) {
  Machine machine;
  exec::Activity sleeper;
  Instant woke{};
  const Instant start = machine.now();
  ASSERT_TRUE(sleeper.start([&] { return sleep_until(start + seconds(2), woke); }));
  EXPECT_EQ(machine.run_for(seconds(1)), Stop::TimeLimit);
  EXPECT_EQ(woke, Instant{});
  EXPECT_GE(machine.now(), start + seconds(1));
  EXPECT_EQ(machine.run_for(seconds(2)), Stop::TimeLimit);
  EXPECT_GE(woke, start + seconds(2));
}

exec::Task<void> spin_for_ever() {
  for (;;) co_await exec::yield();
}

TEST(SimMachineDeathTest, LivelockReachesTheStepLimit) {
  EXPECT_EXIT(
      {
        Machine machine({.cpus = 2});
        exec::Activity spinner;
        if (!spinner.start(spin_for_ever)) abort();
        exit(machine.run_until_idle({.steps = 10'000}) == Stop::StepLimit ? 0 : 1);
      },
      testing::ExitedWithCode(0), "");
}

exec::Task<void> switch_off(int status) {
  hal::power_off(status);
  co_return;
}

TEST(SimMachine, PowerOffEndsTheRun) {
  EXPECT_EXIT(
      {
        Machine machine;
        exec::Activity activity;
        if (!activity.start([] { return switch_off(7); })) abort();
        if (machine.run_until_idle() != Stop::PoweredOff) abort();
        exit(machine.power_off_status());
      },
      testing::ExitedWithCode(7), "");
}

int input_events = 0;

TEST(SimMachine, ConsoleInputArrivesByInterrupt) {
  Machine machine({.cpus = 2});
  input_events = 0;
  hal::console_set_input_handler([] { ++input_events; });
  machine.type("hello");
  EXPECT_EQ(machine.run_until_idle(), Stop::Idle);
  EXPECT_EQ(input_events, 1);
  char buffer[16];
  EXPECT_EQ(hal::console_read(buffer), 5u);
  EXPECT_FALSE(hal::console_input_ended());
  machine.end_console_input();
  EXPECT_EQ(machine.run_until_idle(), Stop::Idle);
  EXPECT_EQ(input_events, 2);
  EXPECT_TRUE(hal::console_input_ended());
}

TEST(SimMachineDeathTest, PanicNamesTheSeed) {
  EXPECT_DEATH(
      {
        Machine machine({.seed = 4711});
        panic("no {}", "way");
      },
      "no way(.|\n)*seed 4711");
}

}  // namespace
}  // namespace jacinth::sim
