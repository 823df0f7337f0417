// Handlers of exceptions that answer, pass on, keep what they are told and go away, while threads
// are suspended and killed, over many schedules.
#include <array>
#include <memory>

#include "hal/sim/seeds.h"
#include "object/task/exception_testing.h"
#include "object/task/suspend_token.h"

namespace jacinth {
namespace {

using testing::kExitProcess;
using testing::kInvalidOpcode;
using testing::Listener;
using testing::World;

constexpr int kFaults = 4;
constexpr int64_t kOwnCode = 7;

sim::UserProgram keeps_faulting(sim::User& user, uint64_t, uint64_t) {
  for (int i = 0; i < kFaults; ++i) co_await user.raise(kInvalidOpcode, 0);
  co_await user.syscall(kExitProcess, kOwnCode);
}

// Deals with what comes through one channel, as its bits say; closes the channel at last.
class Handler : public exec::Activity {
 public:
  Handler(KernelObject& task, bool debugger, uint64_t bits)
      : listener_(std::make_unique<Listener>(task, debugger)), bits_(bits) {
    EXPECT_TRUE(start([this] { return run(); }));
  }

 private:
  static constexpr int kTurns = 40;

  exec::Task<void> run() {
    std::array<Handle, 2> kept;
    size_t keep_next = 0;
    for (int turn = 0; turn < kTurns && listener_; ++turn) {
      co_await exec::yield();
      auto received = listener_->next();
      if (!received) continue;
      bits_ = bits_ >> 3 | bits_ << 61;
      switch (bits_ & 7) {
        case 0:  // passed on
          received->handle.close();
          break;
        case 1:  // kept for a while
          kept[keep_next++ % kept.size()] = std::move(received->handle);
          break;
        case 2:  // this handler goes, with what it was told unanswered
          listener_.reset();
          break;
        default:
          received->resume();
      }
    }
    listener_.reset();
    for (Handle& handle : kept) handle.close();
  }

  std::unique_ptr<Listener> listener_;
  uint64_t bits_;
};

// A kernel activity of the test: runs `body` once, after so many turns of others.
class LateActor : public exec::Activity {
 public:
  LateActor(uint64_t turns, std::function<void()> body) : turns_(turns), body_(std::move(body)) {
    EXPECT_TRUE(start([this] { return run(); }));
  }

 private:
  exec::Task<void> run() {
    for (uint64_t i = 0; i < turns_; ++i) co_await exec::yield();
    body_();
  }
  uint64_t turns_;
  std::function<void()> body_;
};

TEST(ExceptionSeeds, HandlersKillsAndSuspensionsMeet) {
  sim::for_each_seed(300, [](uint64_t seed) {
    World world({.seed = seed, .cpus = 3});
    const uint64_t bits = seed * 0x9e37'79b9'7f4a'7c15;
    const RefPtr<Job> job = *Job::create(world.root);
    const Handle keeps_job(job);
    const RefPtr<Process> process = world.process(job);
    const RefPtr<Thread> first = world.thread(process);
    const RefPtr<Thread> second = world.thread(process);
    Handler of_thread(*first, false, bits);
    Handler of_process(*process, false, bits >> 7);
    Handler of_debugger(*process, true, bits >> 13);
    Handler of_job(*job, false, bits >> 17);
    ASSERT_TRUE(world.start(process, first, keeps_faulting));
    ASSERT_TRUE(world.start_thread(second, keeps_faulting));
    LateActor suspends(bits >> 23 & 31, [&] {
      if (auto token = SuspendToken::create(first)) Handle closed(*token);
    });
    LateActor suspends_all(bits >> 29 & 31, [&] {
      if (auto token = SuspendToken::create(process)) Handle closed(*token);
    });
    LateActor kills_thread(bits >> 37 & 31, [&] {
      if (seed % 3 == 0) second->kill();
    });
    LateActor kills(bits >> 43 & 31, [&] {
      if (seed % 5 == 0) process->kill(5);
    });
    world.settle();
    EXPECT_EQ(process->state(), Process::State::Dead);
    const int64_t code = process->info().return_code;
    EXPECT_TRUE(code == kOwnCode || code == task_code::kException || (seed % 5 == 0 && code == 5))
        << code;
    EXPECT_EQ(first->signals(), signals::kTaskTerminated);
    EXPECT_EQ(second->signals(), signals::kTaskTerminated);
  });
}

// Channels that are made and closed while exceptions look for somebody to ask: each is answered by
// a handler or kills the process, and none waits for ever.
TEST(ExceptionSeeds, HandlersComeAndGo) {
  sim::for_each_seed(300, [](uint64_t seed) {
    World world({.seed = seed, .cpus = 2});
    const RefPtr<Process> process = world.process();
    const RefPtr<Thread> thread = world.thread(process);
    std::array<std::unique_ptr<Handler>, 3> handlers;
    handlers[0] = std::make_unique<Handler>(*process, false, ~uint64_t{0});
    ASSERT_TRUE(world.start(process, thread, keeps_faulting));
    LateActor comes(seed & 15,
                    [&] { handlers[1] = std::make_unique<Handler>(*world.root, false, seed); });
    LateActor comes_too(seed >> 4 & 15, [&] {
      // Once the thread is dead there is nothing to listen to.
      if (auto end = create_exception_channel(*thread, false, testing::kTaskRights))
        Handle closed(std::move(*end));
    });
    world.settle();
    EXPECT_EQ(process->state(), Process::State::Dead);
    const int64_t code = process->info().return_code;
    EXPECT_TRUE(code == kOwnCode || code == task_code::kException) << code;
  });
}

}  // namespace
}  // namespace jacinth
