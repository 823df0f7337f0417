#include <gtest/gtest.h>

#include <array>

#include "exec/activity.h"
#include "exec/deferred.h"
#include "hal/sim/machine.h"
#include "hal/sim/seeds.h"

namespace jacinth::exec {
namespace {

int wanted = 0;
int handled = 0;
void handle_all() { handled = wanted; }
constinit Deferred handler(handle_all);

Task<void> want_things() {
  for (int i = 0; i < 10; ++i) {
    ++wanted;
    handler.schedule();
    if (i % 3 == 0) co_await yield();
  }
}

TEST(DeferredSeeds, WorkScheduledWhileItRunsRunsAgain) {
  sim::for_each_seed(1000, [](uint64_t seed) {
    wanted = handled = 0;
    sim::Machine machine({.seed = seed, .cpus = 4});
    std::array<Activity, 4> activities;
    for (Activity& activity : activities) ASSERT_TRUE(activity.start([] { return want_things(); }));
    ASSERT_EQ(machine.run_until_idle(), sim::Stop::Idle);
    EXPECT_EQ(handled, wanted);
  });
}

}  // namespace
}  // namespace jacinth::exec
