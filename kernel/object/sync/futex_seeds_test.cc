// Futexes: a mutex built on them, and requeueing against timeouts.
#include <gtest/gtest.h>

#include <array>
#include <deque>

#include "hal/clock.h"
#include "hal/sim/machine.h"
#include "hal/sim/seeds.h"
#include "object/background_call.h"
#include "object/sync/futex.h"

namespace jacinth {
namespace {

constexpr VirtAddr kP{0x1000};
constexpr VirtAddr kR{0x1004};

struct SharedWords final : FutexMemory {
  bool load(VirtAddr word, uint32_t* value) override {
    interleave_point();
    *value = at(word).load();
    return true;
  }
  exec::Eventually<Status> fault_in(VirtAddr) override { return Status::InvalidArgs; }
  std::atomic<uint32_t>& at(VirtAddr word) { return words[(raw(word) - raw(kP)) / 4]; }
  std::array<std::atomic<uint32_t>, 2> words{};
};

// A user program's mutex: 0 free, 1 held, 2 held with others waiting.
class Locking final : public exec::Activity {
 public:
  Locking(FutexContext& futexes, SharedWords& memory, Koid koid, int& inside)
      : futexes_(futexes), memory_(memory), self_(koid), inside_(inside) {
    EXPECT_TRUE(start([this] { return run(); }));
  }
  int rounds() const { return rounds_; }

 private:
  exec::Task<void> run() {
    for (; rounds_ < 4; ++rounds_) {
      uint32_t seen = 0;
      if (!memory_.at(kP).compare_exchange_strong(seen, 1)) {
        while (memory_.at(kP).exchange(2) != 0) {
          const Status status = co_await futexes_.wait(self_, kP, 2, FutexOwner{}, kForever);
          EXPECT_TRUE(status == Status::Ok || status == Status::BadState);
        }
      }
      EXPECT_EQ(++inside_, 1);
      co_await exec::yield();
      --inside_;
      interleave_point();
      if (memory_.at(kP).exchange(0) == 2) EXPECT_TRUE(futexes_.wake(kP, 1));
    }
  }

  FutexContext& futexes_;
  SharedWords& memory_;
  FutexThread self_;
  int& inside_;
  int rounds_ = 0;
};

TEST(FutexSeeds, MutexExcludesAndLosesNobody) {
  sim::for_each_seed(1000, [](uint64_t seed) {
    sim::Machine machine({.seed = seed, .cpus = 4});
    SharedWords memory;
    FutexContext futexes(memory);
    int inside = 0;
    std::deque<Locking> threads;
    for (Koid koid = 1; koid <= 5; ++koid) threads.emplace_back(futexes, memory, koid, inside);
    ASSERT_EQ(machine.run_until_idle(), sim::Stop::Idle);
    for (const Locking& thread : threads) EXPECT_EQ(thread.rounds(), 4);
  });
}

TEST(FutexSeeds, EveryWaiterEndsOnceWhereverItWasMoved) {
  sim::for_each_seed(1000, [](uint64_t seed) {
    sim::Machine machine({.seed = seed, .cpus = 4});
    SharedWords memory;
    FutexContext futexes(memory);
    std::deque<FutexThread> threads;
    std::deque<BackgroundCall<Status>> waiting;
    for (int i = 0; i < 6; ++i) {
      FutexThread& self = threads.emplace_back(static_cast<Koid>(i + 1));
      const Instant deadline =
          i < 3 ? hal::now() + microseconds(static_cast<int64_t>(seed % 40)) : kForever;
      waiting.emplace_back([&, deadline] {
        return futexes.wait(self, kP, 0, FutexOwner{.keeper = nullptr, .thread = &threads[0]},
                            deadline);
      });
    }
    BackgroundCall<Status> requeuing([&] {
      return futexes.requeue(
          {.from = kP, .wake = 1, .expected = 0, .to = kR, .move = 3, .owner = FutexOwner{}});
    });
    ASSERT_EQ(machine.run_until_idle(), sim::Stop::Idle);
    futexes.thread_exited(threads[0]);
    EXPECT_EQ(*futexes.owner(kP), kNoKoid);
    const uint32_t left = *futexes.wake(kP, ~0u) + *futexes.wake(kR, ~0u);
    ASSERT_EQ(machine.run_until_idle(), sim::Stop::Idle);
    uint32_t ok = 0;
    for (auto& wait : waiting) {
      ASSERT_TRUE(wait.done());
      if (wait.result() == Status::Ok) ++ok;
    }
    EXPECT_GE(ok, left);
    EXPECT_LE(ok, left + 1);
    EXPECT_EQ(*futexes.wake(kP, ~0u), 0u);
  });
}

}  // namespace
}  // namespace jacinth
