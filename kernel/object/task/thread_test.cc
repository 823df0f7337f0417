#include "object/task/thread.h"

#include "exec/executor.h"
#include "object/task/testing.h"

namespace jacinth {
namespace {

using testing::kExitThread;
using testing::kFirstOwn;
using testing::kForeverNs;
using testing::kNothing;
using testing::kSleep;
using testing::leaver;
using testing::sleeper;
using testing::spinner;
using testing::World;

TEST(Thread, SignalsFollowItsLife) {
  World world;
  const RefPtr<Process> process = world.process();
  const RefPtr<Thread> thread = world.thread(process, "t");
  EXPECT_EQ(thread->signals(), 0u);
  EXPECT_EQ(thread->info().state, Thread::State::New);
  EXPECT_EQ(thread->related_koid(), process->koid());
  ASSERT_TRUE(world.start(process, thread, sleeper));
  world.settle();
  EXPECT_EQ(thread->signals(), signals::kThreadRunning);
  EXPECT_EQ(thread->info().state, Thread::State::Running);
  EXPECT_EQ(thread->info().reason, BlockedReason::Sleeping);
  thread->kill();
  world.settle();
  EXPECT_EQ(thread->signals(), signals::kTaskTerminated);
  EXPECT_EQ(thread->info().state, Thread::State::Dead);
}

TEST(Thread, StartNeedsARunningProcess) {
  World world;
  const RefPtr<Process> process = world.process();
  const RefPtr<Thread> thread = world.thread(process);
  EXPECT_EQ(to_status(world.start_thread(thread, sleeper)), Status::BadState);
  ASSERT_TRUE(world.start(process, thread, sleeper));
  EXPECT_EQ(to_status(world.start_thread(thread, sleeper)), Status::BadState);
  process->kill();
}

TEST(Thread, KilledBeforeItStartedCannotStart) {
  World world;
  const RefPtr<Process> process = world.run(sleeper);
  const RefPtr<Thread> thread = world.thread(process);
  thread->kill();
  thread->kill();
  EXPECT_EQ(thread->signals(), signals::kTaskTerminated);
  EXPECT_EQ(to_status(world.start_thread(thread, sleeper)), Status::BadState);
  EXPECT_EQ(process->state(), Process::State::Running);
}

TEST(Thread, KillReachesASpinningProgramOnAnotherCpu) {
  World world({.cpus = 2});
  const RefPtr<Process> process = world.process();
  const RefPtr<Thread> thread = world.thread(process);
  ASSERT_TRUE(world.start(process, thread, spinner));
  world.settle();
  thread->kill();
  world.settle();
  EXPECT_EQ(process->state(), Process::State::Dead);
  EXPECT_GT(thread->stats().runtime, milliseconds(49));
  EXPECT_GT(process->runtime(), milliseconds(49));
}

TEST(Thread, KillsItself) {
  World world;
  bool came_back = false;
  world.personality.define(kFirstOwn, [](Thread& self) {
    self.kill();
    return CallResult(0);
  });
  const auto process = world.run([&](sim::User& user, uint64_t, uint64_t) -> sim::UserProgram {
    co_await user.syscall(kFirstOwn);
    came_back = true;
  });
  world.settle();
  EXPECT_FALSE(came_back);
  EXPECT_EQ(process->state(), Process::State::Dead);
}

TEST(Thread, BlockedCallIsInterruptedByKill) {
  World world;
  Status ended = Status::Ok;
  world.personality.define(kFirstOwn, [&](Thread& self) -> exec::Eventually<CallResult> {
    return [](Status& result) -> exec::Task<CallResult> {
      exec::Waiter waiter;
      result = co_await waiter.wait(kForever);
      co_return fail(result);
    }(ended);
  });
  const auto process = world.run([](sim::User& user, uint64_t, uint64_t) -> sim::UserProgram {
    co_await user.syscall(kFirstOwn);
  });
  world.settle();
  EXPECT_EQ(ended, Status::Ok);
  process->kill();
  world.settle();
  EXPECT_EQ(ended, Status::InternalIntrRetry);
  EXPECT_EQ(process->state(), Process::State::Dead);
}

TEST(Thread, AttentionEndsTheWaitOnce) {
  World world;
  uint64_t first = 0;
  const RefPtr<Process> process = world.process();
  const RefPtr<Thread> thread = world.thread(process);
  ASSERT_TRUE(
      world.start(process, thread, [&](sim::User& user, uint64_t, uint64_t) -> sim::UserProgram {
        first = co_await user.syscall(kSleep, kForeverNs);
        co_await user.syscall(kSleep, kForeverNs);
        ADD_FAILURE() << "the second wait ended, too";
      }));
  world.settle();
  thread->request_attention();
  world.settle();
  EXPECT_EQ(first, testing::error_value(Status::InternalIntrRetry));
  EXPECT_EQ(world.personality.attentions, 1);
  EXPECT_EQ(thread->info().reason, BlockedReason::Sleeping);
}

TEST(Thread, UnknownCallIsThePersonalitysError) {
  World world;
  uint64_t result = 0;
  const auto process = world.run([&](sim::User& user, uint64_t, uint64_t) -> sim::UserProgram {
    result = co_await user.syscall(1000);
    co_await user.syscall(kExitThread);
  });
  world.settle();
  EXPECT_EQ(result, testing::error_value(Status::BadSyscall));
}

TEST(Thread, CallsThatDoNotWaitTouchNoCoroutine) {
  World world;
  constexpr int kCalls = 1000;
  const auto process = world.run([&](sim::User& user, uint64_t, uint64_t) -> sim::UserProgram {
    for (int i = 0; i < kCalls; ++i) co_await user.syscall(kNothing);
    co_await user.syscall(kExitThread);
  });
  const auto& counters = exec::Executor::of(0).counters();
  const uint64_t switches = counters.switches;
  sim::fail_allocation(0);
  world.settle();
  EXPECT_EQ(process->state(), Process::State::Dead);
  EXPECT_GE(counters.syscalls.load(), uint64_t{kCalls});
  EXPECT_LE(counters.switches.load() - switches, 3u);
  EXPECT_EQ(sim::allocations_since_arm(), 0u);
}

TEST(Thread, PageFaultsAreResolvedFromTheAddressSpace) {
  World world;
  uint32_t seen = 0;
  const RefPtr<Process> process = world.process();
  const hal::Access access = hal::Access::Read | hal::Access::Write;
  const VirtAddr at = *process->address_space().root()->map(
      {}, *vm::Vmo::create(kPageSize), 0, kPageSize, {.access = access, .max_access = access});
  ASSERT_TRUE(world.start(process, world.thread(process),
                          [&](sim::User& user, uint64_t, uint64_t) -> sim::UserProgram {
                            co_await user.write<uint32_t>(at, 77);
                            seen = co_await user.read<uint32_t>(at);
                            co_await user.syscall(kExitThread);
                          }));
  world.settle();
  EXPECT_EQ(seen, 77u);
  EXPECT_EQ(process->info().return_code, 0);
  EXPECT_GE(exec::Executor::of(0).counters().faults.load(), 1u);
}

TEST(Thread, SharesItsCpuWithOthers) {
  World world;
  const auto first = world.run(spinner);
  const auto second = world.run(spinner);
  world.machine.run_for(milliseconds(200));
  EXPECT_GT(first->runtime().ns, milliseconds(50).ns);
  EXPECT_GT(second->runtime().ns, milliseconds(50).ns);
}

TEST(Thread, PriorityAndAffinityNeedALiveThread) {
  World world({.cpus = 2});
  const RefPtr<Process> process = world.process();
  const RefPtr<Thread> thread = world.thread(process);
  EXPECT_EQ(to_status(thread->apply_priority(20)), Status::BadState);
  EXPECT_EQ(to_status(thread->apply_affinity(1)), Status::BadState);
  ASSERT_TRUE(world.start(process, thread, spinner));
  EXPECT_EQ(to_status(thread->apply_priority(32)), Status::InvalidArgs);
  EXPECT_EQ(to_status(thread->apply_priority(-1)), Status::InvalidArgs);
  EXPECT_EQ(to_status(thread->apply_affinity(4)), Status::InvalidArgs);
  for (const uint64_t cpu : {1, 0, 1}) {
    ASSERT_TRUE(thread->apply_affinity(uint64_t{1} << cpu));
    world.settle();
    EXPECT_EQ(thread->stats().last_cpu, cpu);
    EXPECT_EQ(thread->info().allowed_cpus, uint64_t{1} << cpu);
  }
  EXPECT_TRUE(thread->apply_priority(20));
  process->kill();
  world.settle();
  EXPECT_EQ(to_status(thread->apply_priority(20)), Status::BadState);
}

TEST(Thread, CreationAndStartSurviveEveryFailedAllocation) {
  World world;
  const uint64_t failures = sim::for_each_allocation_failure([&] {
    const auto process = Process::create(world.root, "p", world.personality);
    if (!process) return;
    const auto thread = Thread::create(*process, "t");
    if (!thread) {
      EXPECT_EQ(thread.error(), Status::NoMemory);
    } else if (auto started = world.start(*process, *thread, leaver); !started) {
      EXPECT_EQ(started.error(), Status::NoMemory);
      EXPECT_EQ((*thread)->signals(), 0u);
    }
    (*process)->kill();
    world.settle();
  });
  EXPECT_GT(failures, 3u);
}

TEST(Thread, IsSmallEnoughForAHundredThousand) {
  // What a blocked thread costs besides its program's memory. The simulator's register file is
  // larger than a real machine's.
  EXPECT_LE(sizeof(Thread) - sizeof(hal::UserContext), 2048u);
}

}  // namespace
}  // namespace jacinth
