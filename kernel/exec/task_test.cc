#include "exec/task.h"

#include <gtest/gtest.h>

#include <optional>

#include "exec/activity.h"
#include "exec/executor.h"
#include "exec/test_event.h"
#include "hal/sim/faults.h"
#include "hal/sim/machine.h"

namespace jacinth::exec {
namespace {

using sim::Machine;
using sim::Stop;

// Runs `make_task()`'s task as an activity's root would, and returns its result.
template <typename T, typename F>
Task<void> keep_result(F make_task, std::optional<T>& result) {
  result.emplace(co_await make_task());
}
template <typename T, typename F>
std::optional<T> run_task(F make_task) {
  std::optional<T> result;
  Activity activity;
  Machine machine;
  if (activity.start([&] { return keep_result<T>(make_task, result); }))
    EXPECT_EQ(machine.run_until_idle(), Stop::Idle);
  return result;
}

Task<Result<int>> add(int left, int right) {
  if (left < 0) co_return fail(Status::OutOfRange);
  co_await yield();
  co_return left + right;
}
Task<Result<int>> add_three(int a, int b, int c) {
  const int sum = CO_TRY(co_await add(a, b));
  co_return CO_TRY(co_await add(sum, c));
}

TEST(Task, ResultsAndErrorsPassThroughNestedAwaits) {
  EXPECT_EQ((run_task<Result<int>>([] { return add_three(1, 2, 3); })), Result<int>(6));
  EXPECT_EQ((run_task<Result<int>>([] { return add_three(-1, 2, 3); }))->error(),
            Status::OutOfRange);
}

Task<Status> nest(int depth) {
  if (depth == 0) co_return Status::Ok;
  co_return co_await nest(depth - 1);
}

TEST(Task, HundredThousandNestedAwaitsUseNoStack) {
  // A virtual CPU's stack is 512 KiB: 5 bytes for each of these awaits.
  EXPECT_EQ(run_task<Status>([] { return nest(100'000); }), Status::Ok);
}

Task<Status> count_to(int end) {
  for (int i = 0; i < end; ++i) {
    const Status status = co_await nest(0);
    if (status != Status::Ok) co_return status;
  }
  co_return Status::Ok;
}

TEST(Task, HundredThousandAwaitsInARowUseNoStack) {
  EXPECT_EQ(run_task<Status>([] { return count_to(100'000); }), Status::Ok);
}

TEST(Task, FrameThatCannotBeAllocatedYieldsNoMemory) {
  constexpr int kDeeperThanTheArena = 40;
  const size_t blocks = sim::live_heap_blocks();
  int no_memory = 0;
  const uint64_t failures = sim::for_each_allocation_failure([&] {
    const auto status = run_task<Status>([] { return nest(kDeeperThanTheArena); });
    EXPECT_EQ(status, sim::allocation_has_failed() ? Status::NoMemory : Status::Ok);
    no_memory += status == Status::NoMemory;
    EXPECT_EQ(sim::live_heap_blocks(), blocks);
  });
  EXPECT_GT(failures, 10u);
  EXPECT_EQ(static_cast<uint64_t>(no_memory), failures);
}

TEST(Task, ShallowCallsNeedNoHeap) {
  sim::fail_allocation(1);
  EXPECT_EQ(run_task<Status>([] { return nest(3); }), Status::Ok);
  EXPECT_EQ(sim::allocations_since_arm(), 0u);
  sim::fail_allocation(0);
}

Task<void> nothing() { co_return; }

TEST(Task, RootWithoutAFrameFailsToStart) {
  Machine machine;
  Activity activity;
  const Result<> started = activity.start([] { return Task<void>(); });
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error(), Status::NoMemory);
  EXPECT_EQ(activity.state(), Activity::State::New);
  // It may be tried again.
  ASSERT_TRUE(activity.start(nothing));
  EXPECT_EQ(machine.run_until_idle(), Stop::Idle);
  EXPECT_EQ(activity.state(), Activity::State::Finished);
}

TEST(Task, TaskThatIsNeverAwaitedIsDestroyedUnstarted) {
  const size_t blocks = sim::live_heap_blocks();
  {
    Task<Status> task = nest(3);
    EXPECT_TRUE(task.allocated());
    EXPECT_FALSE(task.done());
    EXPECT_EQ(sim::live_heap_blocks(), blocks + 1);
  }
  EXPECT_EQ(sim::live_heap_blocks(), blocks);
}

TEST(FrameArena, FramesAreLastInFirstOut) {
  FrameArena arena;
  void* first = arena.allocate(100);
  void* second = arena.allocate(200);
  ASSERT_NE(first, nullptr);
  FrameArena::free(second);
  EXPECT_EQ(arena.allocate(50), second);
  FrameArena::free(second);
  EXPECT_FALSE(arena.empty());
  FrameArena::free(first);
  EXPECT_TRUE(arena.empty());
}

TEST(FrameArena, AFrameFreedBeforeLaterOnesIsReclaimedWithThem) {
  FrameArena arena;
  void* first = arena.allocate(100);
  void* second = arena.allocate(100);
  void* third = arena.allocate(100);
  FrameArena::free(second);
  FrameArena::free(first);
  EXPECT_FALSE(arena.empty());
  FrameArena::free(third);
  EXPECT_TRUE(arena.empty());
  EXPECT_EQ(arena.allocate(100), first);
  FrameArena::free(first);
}

TEST(FrameArena, WhatDoesNotFitComesFromTheHeap) {
  FrameArena arena;
  const size_t blocks = sim::live_heap_blocks();
  void* large = arena.allocate(FrameArena::kBytes);
  ASSERT_NE(large, nullptr);
  EXPECT_EQ(sim::live_heap_blocks(), blocks + 1);
  EXPECT_TRUE(arena.empty());
  void* most = arena.allocate(FrameArena::kBytes - 16);
  EXPECT_EQ(sim::live_heap_blocks(), blocks + 1);
  FrameArena::free(most);
  FrameArena::free(large);
  EXPECT_EQ(sim::live_heap_blocks(), blocks);
}

TEST(FrameArenaDeathTest, FreeingTwiceIsFound) {
  FrameArena arena;
  void* first = arena.allocate(100);
  [[maybe_unused]] void* second = arena.allocate(100);
  FrameArena::free(first);
  EXPECT_DEATH(FrameArena::free(first), "assertion failed");
}

// A call as the kernel writes them: at once when it can, else by a task.
Eventually<Result<int>> read_value(TestEvent& event, bool ready) {
  if (ready) return 7;
  return [](TestEvent& what) -> Task<Result<int>> {
    const Status status = co_await what.wait();
    if (status != Status::Ok) co_return fail(status);
    co_return 8;
  }(event);
}
Task<Result<int>> read_both(TestEvent& event) {
  const int first = CO_TRY(co_await read_value(event, true));
  const int second = CO_TRY(co_await read_value(event, false));
  co_return first * 10 + second;
}

TEST(Eventually, IsReadyAtOnceOrAwaited) {
  TestEvent event;
  event.signal();
  EXPECT_EQ((run_task<Result<int>>([&] { return read_both(event); })), Result<int>(78));
}

TEST(Eventually, FastPathHasNoFrame) {
  TestEvent event;
  sim::fail_allocation(1);
  Eventually<Result<int>> outcome = read_value(event, true);
  EXPECT_TRUE(outcome.ready());
  EXPECT_EQ(outcome.value(), Result<int>(7));
  EXPECT_EQ(sim::allocations_since_arm(), 0u);
  sim::fail_allocation(0);
}

TEST(Eventually, MissingFrameYieldsNoMemory) {
  TestEvent event;
  sim::fail_allocation(1);
  Eventually<Result<int>> outcome = read_value(event, false);
  sim::fail_allocation(0);
  EXPECT_FALSE(outcome.ready());
  EXPECT_FALSE(outcome.task().allocated());
  Task<Result<int>> task = std::move(outcome.task());
  EXPECT_EQ((run_task<Result<int>>([&] { return std::move(task); }))->error(), Status::NoMemory);
}

}  // namespace
}  // namespace jacinth::exec
