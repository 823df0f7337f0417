#include "fs/epoch.h"

#include <gtest/gtest.h>

#include "fs/testing.h"
#include "hal/sim/seeds.h"

namespace jacinth::fs {
namespace {

class Object final : public EpochCounted {
 public:
  explicit Object(int& alive) : alive_(alive) { ++alive_; }
  ~Object() override { --alive_; }
  RefPtr<Object> next;

 private:
  int& alive_;
};

class EpochTest : public FilesTest {
 protected:
  RefPtr<Object> make() { return RefPtr<Object>::adopt(new (std::nothrow) Object(alive_)); }
  int alive_ = 0;
};

TEST_F(EpochTest, GoneAtOnceWhenNobodyReads) {
  make().reset();
  EXPECT_EQ(alive_, 0);
}

TEST_F(EpochTest, StaysWhileReading) {
  {
    Epoch::Reading outer;
    Object* const seen = make().get();
    {
      Epoch::Reading inner;
    }
    EXPECT_EQ(alive_, 1);
    EXPECT_FALSE(seen->try_add_ref());
  }
  EXPECT_EQ(alive_, 0);
}

TEST_F(EpochTest, LongChainsNeedNoStack) {
  RefPtr<Object> first;
  for (int i = 0; i < 100'000; ++i) {
    RefPtr<Object> fresh = make();
    fresh->next = std::move(first);
    first = std::move(fresh);
  }
  first.reset();
  EXPECT_EQ(alive_, 0);
}

exec::Task<void> read_again_and_again(std::atomic<Object*>& shared, int rounds) {
  for (int i = 0; i < rounds; ++i) {
    {
      Epoch::Reading reading;
      Object* const seen = shared.load(std::memory_order_acquire);
      interleave_point();
      // The memory is there, whatever has become of the object.
      if (seen->try_add_ref()) seen->release();
    }
    co_await exec::yield();
  }
}

exec::Task<void> replace(std::atomic<Object*>& shared, int& alive, int rounds) {
  for (int i = 0; i < rounds; ++i) {
    Object* const old = shared.exchange(new (std::nothrow) Object(alive));
    interleave_point();
    old->release();
    co_await exec::yield();
  }
}

TEST(EpochSeeds, NothingIsFreedUnderAReader) {
  sim::for_each_seed(500, [](uint64_t seed) {
    FileWorld world({.seed = seed, .cpus = 3});
    int alive = 0;
    std::atomic<Object*> shared{new (std::nothrow) Object(alive)};
    exec::Activity activities[3];
    EXPECT_TRUE(activities[0].start([&] { return read_again_and_again(shared, 20); }));
    EXPECT_TRUE(activities[1].start([&] { return replace(shared, alive, 20); }));
    EXPECT_TRUE(activities[2].start([&] { return read_again_and_again(shared, 20); }));
    EXPECT_EQ(world.memory.machine.run_until_idle(), sim::Stop::Idle);
    shared.load()->release();
    EXPECT_EQ(alive, 0);
  });
}

}  // namespace
}  // namespace jacinth::fs
