// Waits against everything that may end them, in many interleavings.
#include <gtest/gtest.h>

#include <array>
#include <deque>

#include "exec/activity.h"
#include "hal/sim/machine.h"
#include "hal/sim/seeds.h"
#include "object/background_call.h"
#include "object/sync/event.h"
#include "object/wait.h"

namespace jacinth {
namespace {

constexpr Signals kA = 1u << 24;
constexpr Signals kClosed = signals::kHandleClosed;

struct Fixture {
  explicit Fixture(uint64_t seed) : machine({.seed = seed, .cpus = 4}) {}
  void run() { ASSERT_EQ(machine.run_until_idle(), sim::Stop::Idle); }

  sim::Machine machine;
  HandleTable table{9};
  RefPtr<Event> event = *Event::create();
  HandleValue handle = *table.add(Handle(event));
};

TEST(WaitSeeds, NoWakeUpIsLost) {
  sim::for_each_seed(2000, [](uint64_t seed) {
    Fixture f(seed);
    BackgroundCall<WaitResult> one([&] { return wait_one(f.table, f.handle, kA, kForever); });
    std::array<WaitItem, 2> items{{{.handle = f.handle, .wanted = kA}, {.handle = f.handle}}};
    BackgroundCall<Status> many([&] { return wait_many(f.table, items, kForever); });
    BackgroundAction signalling([&] { f.event->update_signals(0, kA); });
    f.run();
    ASSERT_TRUE(one.done());
    ASSERT_TRUE(many.done());
    EXPECT_EQ(one.result().status, Status::Ok);
    EXPECT_EQ(many.result(), Status::Ok);
    EXPECT_EQ(items[1].pending, kA);
  });
}

TEST(WaitSeeds, OneOfManyEndsDecidesAndTheResultFits) {
  sim::for_each_seed(2000, [](uint64_t seed) {
    Fixture f(seed);
    const Instant deadline = f.machine.now() + microseconds(static_cast<int64_t>(seed % 30));
    BackgroundCall<WaitResult> waiting([&] { return wait_one(f.table, f.handle, kA, deadline); });
    BackgroundAction signalling([&] { f.event->update_signals(0, kA); });
    BackgroundAction closing([&] { static_cast<void>(f.table.remove(f.handle)); });
    BackgroundAction interrupting([&] { waiting.interrupt(); });
    f.run();
    ASSERT_TRUE(waiting.done());
    const WaitResult result = waiting.result();
    const bool closed = (result.observed & kClosed) != 0;
    EXPECT_EQ(closed, result.status == Status::Canceled);
    if (result.status == Status::Ok) EXPECT_EQ(result.observed, kA);
    EXPECT_TRUE(result.status == Status::Ok || result.status == Status::TimedOut ||
                result.status == Status::Canceled || result.status == Status::BadHandle ||
                result.status == Status::InternalIntrRetry);
  });
}

TEST(WaitSeeds, ClosingIsEitherBeforeTheWaitOrEndsIt) {
  sim::for_each_seed(2000, [](uint64_t seed) {
    Fixture f(seed);
    std::deque<BackgroundCall<WaitResult>> waiting;
    for (int i = 0; i < 4; ++i)
      waiting.emplace_back([&] { return wait_one(f.table, f.handle, kA, kForever); });
    BackgroundAction closing([&] { EXPECT_TRUE(f.table.remove(f.handle)); });
    f.run();
    for (auto& wait : waiting) {
      ASSERT_TRUE(wait.done());
      EXPECT_TRUE(wait.result().status == Status::BadHandle ||
                  wait.result().status == Status::Canceled);
    }
  });
}

TEST(WaitSeeds, ClosingAllHandlesLeavesNoneBehind) {
  sim::for_each_seed(1000, [](uint64_t seed) {
    Fixture f(seed);
    std::deque<BackgroundAction> adding;
    for (int i = 0; i < 4; ++i) {
      adding.emplace_back([&] {
        for (int round = 0; round < 5; ++round) {
          auto slot = f.table.reserve();
          static_cast<void>(f.table.add(Handle(f.event)));
          static_cast<void>(f.table.duplicate(f.handle, rights::kSame));
          if (slot) slot->install(Handle(f.event));
        }
      });
    }
    BackgroundAction closing([&] { f.table.close_all(); });
    f.run();
    EXPECT_EQ(f.event->handle_count(), 0u);
    EXPECT_EQ(f.table.count(), 0u);
  });
}

}  // namespace
}  // namespace jacinth
