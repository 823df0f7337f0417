// CPUs go out of service and come back while activities, timers and cancellations go on.
#include "exec/service.h"

#include <gtest/gtest.h>

#include <array>

#include "exec/executor.h"
#include "exec/test_event.h"
#include "hal/clock.h"
#include "hal/sim/machine.h"
#include "hal/sim/seeds.h"

namespace jacinth::exec {
namespace {

using sim::for_each_seed;
using sim::Machine;
using sim::Stop;

Task<void> change_service(uint64_t cpus, uint64_t& served) {
  EXPECT_EQ(co_await put_in_service(cpus), Status::Ok);
  served = cpus_in_service.load();
}

void serve_with(Machine& machine, uint64_t cpus) {
  Activity activity;
  uint64_t served = 0;
  ASSERT_TRUE(activity.start([&] { return change_service(cpus, served); }));
  ASSERT_EQ(machine.run_until_idle(), Stop::Idle);
  EXPECT_EQ(served, cpus | 1);
}

Task<void> note_where(uint64_t& cpus, int times) {
  for (int i = 0; i < times; ++i) {
    cpus |= uint64_t{1} << hal::current_cpu();
    co_await yield();
  }
}

uint64_t where_it_runs(Machine& machine, uint64_t allowed) {
  std::array<Activity, 8> all;
  uint64_t cpus = 0;
  for (Activity& activity : all) {
    activity.set_allowed_cpus(allowed);
    EXPECT_TRUE(activity.start([&] { return note_where(cpus, 20); }));
  }
  EXPECT_EQ(machine.run_until_idle(), Stop::Idle);
  return cpus;
}

TEST(Service, ActivitiesRunOnCpusInService) {
  Machine machine({.cpus = 4});
  EXPECT_EQ(where_it_runs(machine, ~uint64_t{0}), 15u);
  serve_with(machine, 4);  // and the first, which always is
  EXPECT_EQ(where_it_runs(machine, ~uint64_t{0}), 5u);
  serve_with(machine, ~uint64_t{0});
  EXPECT_EQ(where_it_runs(machine, ~uint64_t{0}), 15u);
}

TEST(Service, ActivitiesThatMayRunNowhereElseRunAnywhereUntilTheirCpuIsBack) {
  Machine machine({.cpus = 4});
  EXPECT_EQ(where_it_runs(machine, 8), 8u);
  serve_with(machine, 1);
  EXPECT_EQ(where_it_runs(machine, 8), 1u);
  serve_with(machine, ~uint64_t{0});
  EXPECT_EQ(where_it_runs(machine, 8), 8u);
}

struct Alarm final : TimerNode {
  void on_deadline() override { cpu = hal::current_cpu(); }
  hal::CpuId cpu = Activity::kNoCpu;
};

Task<void> set_alarm(Alarm& alarm, Instant when) {
  alarm.arm(when);
  co_return;
}

TEST(Service, TimersGoToTheFirstCpu) {
  Machine machine({.cpus = 2});
  Alarm alarm;
  Activity activity;
  activity.set_allowed_cpus(2);
  ASSERT_TRUE(activity.start([&] { return set_alarm(alarm, hal::now() + seconds(1)); }));
  ASSERT_EQ(machine.run_for(milliseconds(1)), Stop::TimeLimit);
  uint64_t served = 0;
  Activity changer;
  ASSERT_TRUE(changer.start([&] { return change_service(1, served); }));
  ASSERT_EQ(machine.run_for(milliseconds(1)), Stop::TimeLimit);
  EXPECT_EQ(served, 1u);
  EXPECT_EQ(Executor::of(1).deadlines().earliest(), kForever);
  ASSERT_EQ(machine.run_until_idle(), Stop::Idle);
  EXPECT_EQ(alarm.cpu, 0u);
}

// Sleeps with a deadline that may be handed over while it is cancelled.
Task<void> sleep_often(TestEvent& event, int& ended, Duration span) {
  for (int i = 0; i < 4; ++i) {
    const Status status = co_await event.wait(hal::now() + span);
    EXPECT_TRUE(status == Status::TimedOut || status == Status::Ok);
    co_await yield();
  }
  ++ended;
}

Task<void> come_and_go(uint64_t seed, TestEvent& event, int& ended) {
  for (uint64_t round = 0; round < 4; ++round) {
    EXPECT_EQ(co_await put_in_service(round % 2 == 0 ? seed >> round : ~uint64_t{0}), Status::Ok);
    if (round == 2) event.signal();
  }
  ++ended;
}

TEST(ServiceSeeds, NothingIsLostWhenCpusComeAndGo) {
  for_each_seed(1000, [](uint64_t seed) {
    Machine machine({.seed = seed, .cpus = 4});
    TestEvent event;
    std::array<Activity, 6> sleepers;
    std::array<Activity, 2> changers;
    int ended = 0;
    int64_t span = 1;
    for (Activity& sleeper : sleepers) {
      sleeper.set_allowed_cpus(uint64_t{1} << (span % 4));
      ASSERT_TRUE(sleeper.start([&] { return sleep_often(event, ended, microseconds(span)); }));
      ++span;
    }
    for (Activity& changer : changers)
      ASSERT_TRUE(changer.start([&] { return come_and_go(seed, event, ended); }));
    ASSERT_EQ(machine.run_until_idle(), Stop::Idle);
    EXPECT_EQ(ended, 8);
  });
}

}  // namespace
}  // namespace jacinth::exec
