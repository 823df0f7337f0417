// Races between everything that can happen to a task, over many schedules.
#include <array>
#include <vector>

#include "hal/clock.h"
#include "hal/sim/seeds.h"
#include "object/task/suspend_token.h"
#include "object/task/testing.h"

namespace jacinth {
namespace {

using testing::kFirstOwn;
using testing::kNothing;
using testing::World;

// A kernel activity of the test: runs `body` once, on whichever CPU.
class Actor : public exec::Activity {
 public:
  explicit Actor(std::function<void()> body) : body_(std::move(body)) {
    EXPECT_TRUE(start([this] { return run(); }));
  }

 private:
  exec::Task<void> run() {
    co_await exec::yield();
    body_();
  }
  std::function<void()> body_;
};

// A program that does a little of everything, for ever.
sim::UserProgram busy(sim::User& user, uint64_t, uint64_t) {
  for (;;) {
    co_await user.syscall(kNothing);
    co_await user.work(microseconds(3));
    co_await testing::sleep_with_retry(user, 0);
    co_await testing::sleep_with_retry(user, static_cast<uint64_t>(hal::now().ns) + 2000);
  }
}

TEST(TaskSeeds, KillMeetsStartAndSuspend) {
  sim::for_each_seed(300, [](uint64_t seed) {
    World world({.seed = seed, .cpus = 3});
    const RefPtr<Process> process = world.run(busy);
    const RefPtr<Thread> late = world.thread(process);
    Result<> started = fail(Status::Internal);
    Actor starts([&] { started = world.start_thread(late, busy); });
    Actor suspends([&] {
      if (auto token = SuspendToken::create(late)) Handle closed(*token);
    });
    Actor suspends_all([&] {
      if (auto token = SuspendToken::create(process)) Handle closed(*token);
    });
    Actor kills([&] { process->kill(seed % 2 == 0 ? 5 : 6); });
    Actor kills_thread([&] { late->kill(); });
    world.settle();
    EXPECT_EQ(process->state(), Process::State::Dead);
    EXPECT_EQ(process->info().return_code, seed % 2 == 0 ? 5 : 6);
    EXPECT_EQ(late->signals(), signals::kTaskTerminated);
    EXPECT_TRUE(started || started.error() == Status::BadState);
    EXPECT_EQ(world.personality.processes_ended, 1);
  });
}

TEST(TaskSeeds, LastThreadLeavesWhileAnotherStarts) {
  sim::for_each_seed(300, [](uint64_t seed) {
    World world({.seed = seed, .cpus = 2});
    const RefPtr<Process> process = world.process();
    const RefPtr<Thread> second = world.thread(process);
    Result<> started = fail(Status::Internal);
    ASSERT_TRUE(world.start(process, world.thread(process), testing::leaver));
    Actor starts([&] { started = world.start_thread(second, testing::leaver); });
    world.settle();
    EXPECT_EQ(process->state(), Process::State::Dead);
    EXPECT_EQ(second->signals(), signals::kTaskTerminated);
    EXPECT_TRUE(started || started.error() == Status::BadState);
    EXPECT_EQ(process->info().return_code, 0);
  });
}

TEST(TaskSeeds, SuspendAndResumeNeverStrandAThread) {
  sim::for_each_seed(300, [](uint64_t seed) {
    World world({.seed = seed, .cpus = 3});
    const RefPtr<Process> process = world.process();
    const RefPtr<Thread> thread = world.thread(process);
    uint64_t rounds = 0;
    ASSERT_TRUE(
        world.start(process, thread, [&](sim::User& user, uint64_t, uint64_t) -> sim::UserProgram {
          for (;; ++rounds) {
            const auto soon = static_cast<uint64_t>(hal::now().ns) + 1000;
            co_await testing::sleep_with_retry(user, soon);
          }
        }));
    const auto toggle = [&](RefPtr<KernelObject> task) {
      for (int i = 0; i < 5; ++i) {
        Handle token(*SuspendToken::create(task));
        interleave_point();
      }
    };
    {
      Actor one([&] { toggle(thread); });
      Actor two([&] { toggle(process); });
      Actor three([&] {
        for (int i = 0; i < 3; ++i) thread->request_attention();
      });
      world.machine.run_for(microseconds(100));
    }
    const uint64_t before = rounds;
    world.machine.run_for(microseconds(100));
    EXPECT_GT(rounds, before);
    EXPECT_EQ(thread->signals(), signals::kThreadRunning);
    process->kill();
    world.settle();
  });
}

TEST(TaskSeeds, JobsOfATreeAreKilledFromSeveralSides) {
  sim::for_each_seed(300, [](uint64_t seed) {
    World world({.seed = seed, .cpus = 4});
    std::vector<RefPtr<Job>> jobs;
    std::vector<Handle> handles;
    std::vector<RefPtr<Process>> processes;
    for (int i = 0; i < 5; ++i) {
      jobs.push_back(*Job::create(jobs.empty() ? world.root : jobs[jobs.size() / 2]));
      handles.emplace_back(jobs.back());
      processes.push_back(world.run(busy, jobs.back()));
    }
    Actor kills_top([&] { jobs[0]->kill(1); });
    Actor kills_below([&] { jobs[2]->kill(2); });
    Actor kills_process([&] { processes[4]->kill(3); });
    Actor creates([&] {
      auto job = Job::create(jobs[3]);
      if (!job) {
        EXPECT_EQ(job.error(), Status::BadState);
        return;
      }
      Handle handle(*job);
      if (auto late = Process::create(*job, "late", world.personality)) Handle closed(*late);
    });
    Actor closes([&] { handles[1].close(); });
    world.settle();
    for (const RefPtr<Job>& job : jobs)
      EXPECT_EQ(job->signals(),
                signals::kTaskTerminated | signals::kJobNoJobs | signals::kJobNoProcesses);
    for (const RefPtr<Process>& process : processes)
      EXPECT_EQ(process->signals(), signals::kTaskTerminated);
    EXPECT_TRUE(world.root->job_koids()->empty());
  });
}

TEST(TaskSeeds, ExitsOfAllThreadsEndTheProcessOnce) {
  sim::for_each_seed(200, [](uint64_t seed) {
    World world({.seed = seed, .cpus = 4});
    const RefPtr<Process> process = world.process();
    std::vector<RefPtr<Thread>> threads;
    for (int i = 0; i < 4; ++i) threads.push_back(world.thread(process));
    ASSERT_TRUE(world.start(process, threads[0], busy));
    for (int i = 1; i < 4; ++i) ASSERT_TRUE(world.start_thread(threads[i], testing::leaver));
    Actor kills([&] { threads[0]->kill(); });
    world.settle();
    EXPECT_EQ(process->state(), Process::State::Dead);
    EXPECT_EQ(process->info().return_code, 0);
    EXPECT_EQ(world.personality.processes_ended, 1);
    EXPECT_TRUE(process->thread_koids()->empty());
  });
}

}  // namespace
}  // namespace jacinth
