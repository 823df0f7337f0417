// Timers set, cancelled and closed while they fire on other CPUs.
#include <gtest/gtest.h>

#include <deque>

#include "exec/activity.h"
#include "exec/waiter.h"
#include "hal/clock.h"
#include "hal/sim/machine.h"
#include "hal/sim/seeds.h"
#include "object/background_call.h"
#include "object/handle.h"
#include "object/sync/timer.h"

namespace jacinth {
namespace {

// Sets the timer again and again, close to now, letting others run in between.
class Setting final : public exec::Activity {
 public:
  Setting(Timer& timer, int64_t step) : timer_(&timer), step_(step) {
    EXPECT_TRUE(start([this] { return run(); }));
  }

 private:
  exec::Task<void> run() {
    for (int i = 0; i < 8; ++i) {
      EXPECT_TRUE(timer_->set(hal::now() + nanoseconds(step_ * i), {}));
      exec::Waiter pause;
      EXPECT_EQ(co_await pause.wait(hal::now() + nanoseconds(step_)), Status::TimedOut);
      if (i % 3 == 2) timer_->cancel();
    }
  }
  const RefPtr<Timer> timer_;
  const int64_t step_;
};

// BAD_STATE when the timer had not been set yet.
exec::Task<Status> cancel_later(Timer& timer, Instant when) {
  exec::Waiter pause;
  EXPECT_EQ(co_await pause.wait(when), Status::TimedOut);
  const bool was_set = timer.info().deadline != Instant{0} || timer.signals() != 0;
  timer.cancel();
  co_return was_set ? Status::Ok : Status::BadState;
}

TEST(TimerSeeds, LastSettingWinsWhateverIsFiring) {
  sim::for_each_seed(1000, [](uint64_t seed) {
    sim::Machine machine({.seed = seed, .cpus = 4});
    const RefPtr<Timer> timer = *Timer::create(0);
    {
      const Handle handle(timer);
      std::deque<Setting> setting;
      for (int64_t i = 1; i <= 3; ++i)
        setting.emplace_back(*timer, i * static_cast<int64_t>(1 + seed % 50) * 10);
      ASSERT_EQ(machine.run_until_idle(), sim::Stop::Idle);
      EXPECT_EQ(timer->info().deadline, Instant{0});

      const Instant deadline = machine.now() + milliseconds(1);
      ASSERT_TRUE(timer->set(deadline, {}));
      EXPECT_EQ(timer->signals(), 0u);
      ASSERT_EQ(machine.run_until_idle(), sim::Stop::Idle);
      EXPECT_GE(machine.now(), deadline);
      EXPECT_EQ(timer->signals(), signals::kSignaled);
    }
    EXPECT_EQ(timer->signals(), 0u);
  });
}

TEST(TimerSeeds, NothingComesOfACancelledTimer) {
  sim::for_each_seed(2000, [](uint64_t seed) {
    sim::Machine machine({.seed = seed, .cpus = 4});
    const RefPtr<Timer> timer = *Timer::create(0);
    const Handle handle(timer);
    const auto delay = nanoseconds(static_cast<int64_t>(seed % 100) * 20);
    BackgroundAction setting([&] { EXPECT_TRUE(timer->set(hal::now() + delay, {})); });
    BackgroundCall<Status> cancelling(
        [&]() -> exec::Eventually<Status> { return cancel_later(*timer, hal::now() + delay); });
    ASSERT_EQ(machine.run_until_idle(), sim::Stop::Idle);
    if (cancelling.result() == Status::Ok) EXPECT_EQ(timer->signals(), 0u);
  });
}

}  // namespace
}  // namespace jacinth
