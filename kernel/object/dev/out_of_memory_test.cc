// What happens to jobs when memory runs out.
#include <gtest/gtest.h>

#include "object/dev/memory_pressure.h"
#include "object/task/testing.h"

namespace jacinth {
namespace {

using testing::World;

class OutOfMemory : public ::testing::Test {
 protected:
  OutOfMemory() {
    EXPECT_TRUE(start_memory_pressure());
    kill_for_memory_below(world_.root);
  }
  ~OutOfMemory() override { stop_memory_pressure(); }

  RefPtr<Job> job(bool kill_on_oom, RefPtr<Job> parent = nullptr) {
    auto made = *Job::create(parent ? parent : world_.root);
    made->set_kill_on_oom(kill_on_oom);
    handles_.push_back(Handle(made));
    return made;
  }
  // A process that writes to `pages` pages and then sleeps.
  RefPtr<Process> hog(const RefPtr<Job>& job, uint64_t pages) {
    constexpr auto kReadWrite = hal::Access::Read | hal::Access::Write;
    const auto process = world_.process(job);
    const VirtAddr memory = *process->address_space().root()->map(
        {}, *vm::Vmo::create(pages * kPageSize), 0, pages * kPageSize,
        {.access = kReadWrite, .max_access = kReadWrite});
    EXPECT_TRUE(world_.start(process, world_.thread(process),
                             [=](sim::User& user, uint64_t, uint64_t) -> sim::UserProgram {
                               for (uint64_t page = 0; page < pages; ++page)
                                 co_await user.write<uint64_t>(memory + page * kPageSize, page);
                               co_await testing::sleep_with_retry(user, testing::kForeverNs);
                             }));
    return process;
  }
  void settle() { world_.machine.run_for(seconds(1)); }
  static int64_t code(const RefPtr<Process>& process) { return process->info().return_code; }
  static bool normal() {
    return (pressure_event(PressureLevel::Normal)->signals() & signals::kSignaled) != 0;
  }
  static constexpr uint64_t kAllPages = (16 << 20) / kPageSize;

  World world_{{.ram_bytes = 16 << 20}};
  std::vector<Handle> handles_;
};

TEST_F(OutOfMemory, YoungestMarkedJobIsKilledAlone) {
  const auto unmarked = hog(job(false), 8);
  const auto older = hog(job(true), 8);
  const auto younger = hog(job(true), kAllPages);
  settle();
  EXPECT_EQ(code(younger), task_code::kOutOfMemory);
  EXPECT_EQ(younger->state(), Process::State::Dead);
  EXPECT_EQ(older->state(), Process::State::Running);
  EXPECT_EQ(unmarked->state(), Process::State::Running);
  EXPECT_TRUE(normal());
}

TEST_F(OutOfMemory, NextOneIsKilledWhenThatWasNotEnough) {
  const auto older = hog(job(true), kAllPages);
  const auto younger = hog(job(true), 8);
  settle();
  EXPECT_EQ(code(younger), task_code::kOutOfMemory);
  EXPECT_EQ(older->state(), Process::State::Dead);
  EXPECT_TRUE(normal());
}

TEST_F(OutOfMemory, DeepestJobGoesBeforeThoseAboveIt) {
  const auto above = job(true);
  const auto below = job(true, above);
  const auto innocent = hog(above, 8);
  const auto guilty = hog(below, kAllPages);
  settle();
  EXPECT_EQ(code(guilty), task_code::kOutOfMemory);
  EXPECT_EQ(innocent->state(), Process::State::Running);
}

TEST_F(OutOfMemory, WithoutMarkedJobsWhoCannotGetMemoryEnds) {
  const auto small = hog(job(false), 8);
  const auto large = hog(job(false), kAllPages);
  settle();
  EXPECT_EQ(code(large), task_code::kException) << "a page fault that could not be resolved";
  EXPECT_EQ(small->state(), Process::State::Running);
  EXPECT_TRUE(normal());
}

}  // namespace
}  // namespace jacinth
