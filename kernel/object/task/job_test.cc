#include "object/task/job.h"

#include <algorithm>
#include <vector>

#include "object/task/testing.h"

namespace jacinth {
namespace {

using testing::sleeper;
using testing::World;
constexpr Signals kEmpty = signals::kJobNoJobs | signals::kJobNoProcesses;

TEST(Job, ChildrenShowInSignalsAndLists) {
  World world;
  EXPECT_EQ(world.root->signals(), kEmpty);
  Handle child(*Job::create(world.root));
  EXPECT_EQ(world.root->signals(), signals::kJobNoProcesses);
  EXPECT_EQ(child.object()->related_koid(), world.root->koid());
  Handle process(world.process());
  EXPECT_EQ(world.root->signals(), 0u);

  ASSERT_EQ(world.root->job_koids()->size(), 1u);
  EXPECT_EQ((*world.root->job_koids())[0], child.object()->koid());
  ASSERT_EQ(world.root->process_koids()->size(), 1u);
  EXPECT_EQ((*world.root->process_koids())[0], process.object()->koid());
  EXPECT_EQ((*world.root->child(child.object()->koid())).get(), child.object().get());
  EXPECT_EQ((*world.root->child(process.object()->koid())).get(), process.object().get());
}

TEST(Job, FindsDirectChildrenOnly) {
  World world;
  const RefPtr<Job> child = *Job::create(world.root);
  Handle keeps_child(child);
  Handle grandchild(*Job::create(child));
  EXPECT_EQ(world.root->child(grandchild.object()->koid()).error(), Status::NotFound);
  EXPECT_EQ(world.root->child(1).error(), Status::NotFound);
}

TEST(Job, EmptyOneLeavesTheTreeWithItsLastHandle) {
  World world;
  {
    Handle child(*Job::create(world.root));
    EXPECT_EQ(world.root->signals() & signals::kJobNoJobs, 0u);
  }
  EXPECT_EQ(world.root->signals(), kEmpty);
  EXPECT_TRUE(world.root->job_koids()->empty());
}

TEST(Job, WithChildrenItStaysInTheTreeWithoutHandles) {
  World world;
  Handle grandchild;
  {
    RefPtr<Job> child = *Job::create(world.root);
    Handle handle(child);
    grandchild = Handle(*Job::create(child));
  }
  EXPECT_EQ(world.root->job_koids()->size(), 1u);
  grandchild.close();
  EXPECT_EQ(world.root->signals(), kEmpty);
}

TEST(Job, DepthIsLimited) {
  World world;
  std::vector<Handle> chain;
  RefPtr<Job> job = world.root;
  for (uint32_t i = 0; i < Job::kMaxHeight; ++i) {
    job = *Job::create(job);
    chain.emplace_back(job);
  }
  EXPECT_EQ(Job::create(job).error(), Status::OutOfRange);
  Handle process(*Process::create(job, "deep", world.personality));
  EXPECT_EQ(process.object()->related_koid(), job->koid());
}

TEST(Job, PolicyIsInheritedAndFixedOnceThereAreChildren) {
  World world;
  const PolicyEntry deny{.condition = static_cast<uint32_t>(PolicyCondition::NewChannel),
                         .action = static_cast<uint32_t>(PolicyAction::Deny),
                         .override_rule = kOverrideDeny};
  const PolicyEntry allow{.condition = deny.condition, .override_rule = kOverrideDeny};
  ASSERT_TRUE(world.root->set_basic_policy(PolicyMode::Relative, {&deny, 1}));
  {
    const RefPtr<Job> child = *Job::create(world.root);
    Handle handle(child);
    EXPECT_EQ(child->policy().action(PolicyCondition::NewChannel), PolicyAction::Deny);
    EXPECT_EQ(to_status(world.root->set_basic_policy(PolicyMode::Relative, {&deny, 1})),
              Status::BadState);
    EXPECT_EQ(to_status(world.root->set_timer_slack({})), Status::BadState);
    EXPECT_EQ(to_status(child->set_basic_policy(PolicyMode::Absolute, {&allow, 1})),
              Status::AlreadyExists);
    EXPECT_TRUE(child->set_basic_policy(PolicyMode::Relative, {&allow, 1}));
    EXPECT_EQ(child->policy().action(PolicyCondition::NewChannel), PolicyAction::Deny);
  }
  EXPECT_TRUE(world.root->set_timer_slack({.amount = microseconds(1)}));
}

TEST(Job, ProcessKeepsThePolicyItWasMadeWith) {
  World world;
  const RefPtr<Job> job = *Job::create(world.root);
  Handle handle(job);
  const PolicyEntry kill{.condition = static_cast<uint32_t>(PolicyCondition::NewPort),
                         .action = static_cast<uint32_t>(PolicyAction::Kill)};
  ASSERT_TRUE(job->set_basic_policy(PolicyMode::Absolute, {&kill, 1}));
  Handle process(world.process(job));
  EXPECT_EQ(static_cast<Process&>(*process.object()).policy().action(PolicyCondition::NewPort),
            PolicyAction::Kill);
}

TEST(Job, KillingAnEmptyOneEndsItAtOnce) {
  World world;
  const RefPtr<Job> job = *Job::create(world.root);
  Handle handle(job);
  EXPECT_FALSE(job->info().exited);
  job->kill();
  EXPECT_EQ(job->signals(), kEmpty | signals::kTaskTerminated);
  EXPECT_TRUE(job->info().exited);
  EXPECT_EQ(job->info().return_code, task_code::kKilled);
  EXPECT_EQ(Job::create(job).error(), Status::BadState);
  EXPECT_EQ(Process::create(job, "late", world.personality).error(), Status::BadState);
  EXPECT_TRUE(world.root->job_koids()->empty());
  job->kill(5);
  EXPECT_EQ(job->info().return_code, task_code::kKilled);
}

// The order in which tasks end, as observers of TERMINATED see it.
class EndObserver final : public SignalObserver {
 public:
  EndObserver(std::vector<const KernelObject*>& order, KernelObject& object)
      : order_(order), object_(object) {
    object_.observe(*this, signals::kTaskTerminated, 0);
  }
  ~EndObserver() { object_.forget(*this); }
  Next on_match(Signals) override {
    order_.push_back(&object_);
    return Next::Remove;
  }
  void on_handle_closed(Signals) override {}

 private:
  std::vector<const KernelObject*>& order_;
  KernelObject& object_;
};

TEST(Job, KillEndsEverythingBelowFromTheBottomUp) {
  World world({.cpus = 2});
  const RefPtr<Job> top = *Job::create(world.root);
  Handle keeps_top(top);
  const RefPtr<Job> middle = *Job::create(top);
  Handle keeps_middle(middle);
  const RefPtr<Job> empty = *Job::create(middle);
  Handle keeps_empty(empty);
  const RefPtr<Process> upper = world.run(sleeper, top);
  const RefPtr<Process> lower = world.run(testing::spinner, middle);
  const RefPtr<Thread> thread = world.thread(lower);
  ASSERT_TRUE(world.start_thread(thread, sleeper));
  world.settle();

  std::vector<const KernelObject*> order;
  EndObserver of_top(order, *top), of_middle(order, *middle), of_empty(order, *empty),
      of_upper(order, *upper), of_lower(order, *lower), of_thread(order, *thread);
  top->kill();
  world.settle();

  ASSERT_EQ(order.size(), 6u);
  const auto place = [&](const KernelObject* object) { return std::ranges::find(order, object); };
  EXPECT_LT(place(thread.get()), place(lower.get()));
  EXPECT_LT(place(lower.get()), place(middle.get()));
  EXPECT_LT(place(empty.get()), place(middle.get()));
  EXPECT_LT(place(middle.get()), place(top.get()));
  EXPECT_LT(place(upper.get()), place(top.get()));
  for (Job* job : {top.get(), middle.get(), empty.get()})
    EXPECT_EQ(job->signals(), kEmpty | signals::kTaskTerminated);
  EXPECT_EQ(upper->info().return_code, task_code::kKilled);
  EXPECT_EQ(lower->info().return_code, task_code::kKilled);
  EXPECT_EQ(world.root->signals(), kEmpty);
}

TEST(Job, CriticalProcessTakesItsJobAlong) {
  World world;
  const RefPtr<Job> job = *Job::create(world.root);
  Handle keeps_job(job);
  const RefPtr<Process> critical = world.run(sleeper, job);
  const RefPtr<Process> bystander = world.run(sleeper, job);
  const RefPtr<Process> elsewhere = world.run(sleeper);
  EXPECT_EQ(to_status(job->set_critical_process(*elsewhere, false)), Status::InvalidArgs);
  ASSERT_TRUE(job->set_critical_process(*critical, false));
  EXPECT_EQ(to_status(job->set_critical_process(*critical, false)), Status::AlreadyBound);
  world.settle();
  critical->kill(7);
  world.settle();
  EXPECT_EQ(job->info().return_code, task_code::kCriticalProcessDied);
  EXPECT_EQ(critical->info().return_code, 7);
  EXPECT_EQ(bystander->info().return_code, task_code::kCriticalProcessDied);
  EXPECT_FALSE(elsewhere->info().exited);
}

TEST(Job, CriticalProcessMayEndWellWhenOnlyFailuresCount) {
  World world;
  const RefPtr<Job> job = *Job::create(world.root);
  Handle keeps_job(job);
  const RefPtr<Process> critical = world.run(sleeper, job);
  ASSERT_TRUE(world.root->set_critical_process(*critical, true));
  critical->kill(0);
  world.settle();
  EXPECT_EQ(critical->state(), Process::State::Dead);
  EXPECT_FALSE(job->info().exited);
  EXPECT_FALSE(world.root->info().exited);
}

TEST(Job, CreationSurvivesEveryFailedAllocation) {
  World world;
  const uint64_t failures = sim::for_each_allocation_failure([&] {
    auto job = Job::create(world.root);
    if (!job) {
      EXPECT_EQ(job.error(), Status::NoMemory);
    }
    auto process = Process::create(world.root, "p", world.personality);
    if (!process) {
      EXPECT_EQ(process.error(), Status::NoMemory);
    }
    auto koids = world.root->process_koids();
    if (!koids) {
      EXPECT_EQ(koids.error(), Status::NoMemory);
    }
  });
  EXPECT_GT(failures, 3u);
  EXPECT_EQ(world.root->signals(), kEmpty);
}

}  // namespace
}  // namespace jacinth
