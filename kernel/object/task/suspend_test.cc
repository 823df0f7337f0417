#include <array>

#include "object/task/suspend_token.h"
#include "object/task/testing.h"

namespace jacinth {
namespace {

using testing::kExitThread;
using testing::kFirstOwn;
using testing::sleeper;
using testing::World;

Handle suspend(RefPtr<KernelObject> task) {
  auto token = SuspendToken::create(std::move(task));
  EXPECT_TRUE(token);
  return token ? Handle(*token) : Handle();
}

// A thread that counts its rounds until it is killed. On CPU 1, if there is one: tests act as CPU
// 0, and so would be taken for the thread while it runs there.
struct Counting {
  explicit Counting(World& in)
      : world(in), process(world.process()), thread(world.thread(process)) {
    EXPECT_TRUE(world.start(process, thread,
                            [this](sim::User& user, uint64_t, uint64_t) -> sim::UserProgram {
                              for (;; ++rounds) co_await user.work(microseconds(10));
                            }));
    if (hal::cpu_count() > 1) EXPECT_TRUE(thread->apply_affinity(2));
  }
  ~Counting() {
    process->kill();
    world.settle();
  }
  World& world;
  RefPtr<Process> process;
  RefPtr<Thread> thread;
  uint64_t rounds = 0;
};

TEST(Suspend, StopsAProgramUntilTheTokenGoes) {
  World world({.cpus = 2});
  Counting counting(world);
  world.settle();
  Handle token = suspend(counting.thread);
  world.settle();
  EXPECT_EQ(counting.thread->signals(), signals::kThreadSuspended);
  EXPECT_EQ(counting.thread->info().state, Thread::State::Suspended);
  const uint64_t rounds = counting.rounds;
  world.settle();
  EXPECT_EQ(counting.rounds, rounds);
  token.close();
  world.settle();
  EXPECT_EQ(counting.thread->signals(), signals::kThreadRunning);
  EXPECT_GT(counting.rounds, rounds);
}

TEST(Suspend, TokensOfThreadAndProcessNest) {
  World world;
  Counting counting(world);
  Handle first = suspend(counting.thread);
  Handle second = suspend(counting.process);
  Handle third = suspend(counting.thread);
  world.settle();
  for (Handle* token : {&second, &first}) {
    token->close();
    world.settle();
    EXPECT_EQ(counting.thread->signals(), signals::kThreadSuspended);
  }
  third.close();
  world.settle();
  EXPECT_EQ(counting.thread->signals(), signals::kThreadRunning);
}

TEST(Suspend, OfAProcessCatchesLaterThreads) {
  World world;
  const RefPtr<Process> process = world.process();
  Handle token = suspend(process);
  const RefPtr<Thread> thread = world.thread(process);
  bool ran = false;
  ASSERT_TRUE(
      world.start(process, thread, [&](sim::User& user, uint64_t, uint64_t) -> sim::UserProgram {
        ran = true;
        co_await user.syscall(kExitThread);
      }));
  world.settle();
  EXPECT_FALSE(ran);
  EXPECT_EQ(thread->info().state, Thread::State::Suspended);
  token.close();
  world.settle();
  EXPECT_TRUE(ran);
  EXPECT_EQ(process->state(), Process::State::Dead);
}

TEST(Suspend, OfAnUnstartedThreadTakesEffectWhenItStarts) {
  World world;
  const RefPtr<Process> process = world.process();
  const RefPtr<Thread> thread = world.thread(process);
  Handle token = suspend(thread);
  EXPECT_EQ(thread->info().state, Thread::State::New);
  ASSERT_TRUE(world.start(process, thread, testing::leaver));
  world.settle();
  EXPECT_EQ(thread->signals(), signals::kThreadSuspended);
  token.close();
  world.settle();
  EXPECT_EQ(thread->signals(), signals::kTaskTerminated);
}

TEST(Suspend, InterruptsAWaitWhichThenGoesOnToItsDeadline) {
  World world;
  const Instant deadline = world.machine.now() + seconds(2);
  Instant woke{};
  uint64_t result = 1;
  const RefPtr<Process> process = world.process();
  const RefPtr<Thread> thread = world.thread(process);
  ASSERT_TRUE(
      world.start(process, thread, [&](sim::User& user, uint64_t, uint64_t) -> sim::UserProgram {
        result = co_await testing::sleep_with_retry(user, static_cast<uint64_t>(deadline.ns));
        woke = world.machine.now();
        co_await user.syscall(kExitThread);
      }));
  world.settle();
  {
    Handle token = suspend(thread);
    world.machine.run_for(seconds(1));
    EXPECT_EQ(thread->info().state, Thread::State::Suspended);
  }
  world.settle();
  EXPECT_EQ(thread->info().reason, BlockedReason::Sleeping);
  world.machine.run_for(seconds(2));
  EXPECT_EQ(result, 0u);
  EXPECT_GE(woke, deadline);
  EXPECT_LT(woke, deadline + milliseconds(100));
}

TEST(Suspend, ShortOneLosesNothing) {
  World world;
  Counting counting(world);
  for (int i = 0; i < 20; ++i) suspend(counting.thread).close();
  const uint64_t rounds = counting.rounds;
  world.settle();
  EXPECT_GT(counting.rounds, rounds);
  EXPECT_EQ(counting.thread->signals(), signals::kThreadRunning);
}

TEST(Suspend, KillEndsASuspendedThread) {
  World world;
  Counting counting(world);
  Handle token = suspend(counting.process);
  world.settle();
  counting.thread->kill();
  world.settle();
  EXPECT_EQ(counting.process->state(), Process::State::Dead);
  EXPECT_EQ(counting.thread->signals(), signals::kTaskTerminated);
  EXPECT_EQ(SuspendToken::create(counting.thread).error(), Status::BadState);
  EXPECT_EQ(SuspendToken::create(counting.process).error(), Status::BadState);
}

TEST(Suspend, NeitherOneselfNorOnesProcessNorOtherObjects) {
  World world;
  std::array<Status, 2> results{};
  world.personality.define(kFirstOwn, [&](Thread& self) {
    results[0] = to_status(SuspendToken::create(RefPtr<KernelObject>(&self)));
    results[1] = to_status(SuspendToken::create(RefPtr<KernelObject>(&self.process())));
    return CallResult(0);
  });
  world.run([](sim::User& user, uint64_t, uint64_t) -> sim::UserProgram {
    co_await user.syscall(kFirstOwn);
    co_await user.syscall(kExitThread);
  });
  world.settle();
  EXPECT_EQ(results[0], Status::NotSupported);
  EXPECT_EQ(results[1], Status::NotSupported);
  EXPECT_EQ(SuspendToken::create(world.root).error(), Status::WrongType);
}

TEST(Suspend, RegistersAreAccessibleOnlyWhileStopped) {
  World world({.cpus = 2});
  Counting counting(world);
  uint64_t fs = 0;
  const auto bytes = std::as_writable_bytes(std::span(&fs, 1));
  Thread& thread = *counting.thread;
  EXPECT_EQ(to_status(thread.read_state(hal::RegisterSet::FsBase, bytes)), Status::BadState);
  world.settle();
  {
    Handle token = suspend(counting.thread);
    // Asked for, but not yet stopped.
    EXPECT_EQ(to_status(thread.write_state(hal::RegisterSet::FsBase, bytes)), Status::BadState);
    world.settle();
    fs = 0x1234'5000;
    EXPECT_TRUE(thread.write_state(hal::RegisterSet::FsBase, bytes));
    fs = 0;
    EXPECT_TRUE(thread.read_state(hal::RegisterSet::FsBase, bytes));
    EXPECT_EQ(fs, 0x1234'5000u);
    EXPECT_EQ(to_status(thread.read_state(hal::RegisterSet::General, bytes)),
              Status::BufferTooSmall);
  }
  EXPECT_EQ(to_status(thread.read_state(hal::RegisterSet::FsBase, bytes)), Status::BadState);
  counting.process->kill();
  world.settle();
  EXPECT_EQ(to_status(thread.read_state(hal::RegisterSet::FsBase, bytes)), Status::BadState);
}

}  // namespace
}  // namespace jacinth
