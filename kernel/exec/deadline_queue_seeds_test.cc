// Timers fire on one CPU while another cancels them, or arms them again.
#include <gtest/gtest.h>

#include <memory>

#include "exec/activity.h"
#include "exec/deadline_queue.h"
#include "hal/clock.h"
#include "hal/sim/machine.h"
#include "hal/sim/seeds.h"

namespace jacinth::exec {
namespace {

using sim::for_each_seed;
using sim::Machine;
using sim::Stop;

// A timer that may arm itself again, and notices being called when it must not be.
struct Alarm final : TimerNode {
  void on_deadline() override {
    EXPECT_FALSE(dead);
    interleave_point();
    if (repeats-- > 0) arm(hal::now() + nanoseconds(100));
    interleave_point();
    ++fired;
  }
  int repeats = 0;
  int fired = 0;
  bool dead = false;
};

struct Race {
  std::unique_ptr<Alarm> alarm = std::make_unique<Alarm>();
  bool armed = false;
  bool cancelled = false;
  int fired = 0;
};

Task<void> arm_it(Race& race, Duration after) {
  race.alarm->arm(hal::now() + after);
  race.armed = true;
  co_return;
}
Task<void> cancel_it(Race& race) {
  while (!race.armed) co_await yield();
  race.cancelled = race.alarm->cancel();
  race.alarm->dead = true;
  race.fired = race.alarm->fired;
  race.alarm.reset();
}

int run_race(uint64_t seed, int repeats) {
  Machine machine({.seed = seed, .cpus = 2});
  Race race;
  race.alarm->repeats = repeats;
  Activity arming;
  Activity cancelling;
  arming.set_allowed_cpus(1);
  cancelling.set_allowed_cpus(2);
  EXPECT_TRUE(arming.start(
      [&] { return arm_it(race, nanoseconds(static_cast<int64_t>(seed % 20) * 50)); }));
  EXPECT_TRUE(cancelling.start([&] { return cancel_it(race); }));
  EXPECT_EQ(machine.run_until_idle(), Stop::Idle);
  EXPECT_FALSE(race.alarm);
  if (repeats == 0) EXPECT_EQ(race.fired, race.cancelled ? 0 : 1);
  return race.fired;
}

TEST(DeadlineQueueSeeds, CancelRacingWithFiringEndsInEitherNotBoth) {
  uint64_t fired = 0;
  uint64_t runs = 0;
  for_each_seed(5000, [&](uint64_t seed) {
    fired += run_race(seed, 0) > 0;
    ++runs;
  });
  if (runs == 1) return;
  EXPECT_GT(fired, 0u);
  EXPECT_LT(fired, runs);
}

TEST(DeadlineQueueSeeds, CancelStopsATimerThatArmsItselfAgain) {
  for_each_seed(5000, [](uint64_t seed) { run_race(seed, 1'000'000); });
}

Task<void> move_it(Alarm& alarm, int& left) {
  for (int i = 0; i < 20; ++i) {
    alarm.cancel();
    alarm.arm(hal::now() + nanoseconds(i * 30));
    co_await yield();
  }
  alarm.cancel();
  --left;
}

// One activity that wanders from CPU to CPU arms a timer again while its last call may still run.
TEST(DeadlineQueueSeeds, TimerWandersBetweenCpus) {
  for_each_seed(2000, [](uint64_t seed) {
    Machine machine({.seed = seed, .cpus = 3});
    std::array<Alarm, 4> alarms;
    std::array<Activity, 4> movers;
    int left = 4;
    for (size_t i = 0; i < movers.size(); ++i)
      ASSERT_TRUE(movers[i].start([&, i] { return move_it(alarms[i], left); }));
    ASSERT_EQ(machine.run_until_idle(), Stop::Idle);
    EXPECT_EQ(left, 0);
  });
}

}  // namespace
}  // namespace jacinth::exec
