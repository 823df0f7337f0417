#include "object/sync/futex.h"

#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <set>

#include "hal/sim/faults.h"
#include "hal/sim/machine.h"
#include "object/background_call.h"

namespace jacinth {
namespace {

// Words by address. Those in `away` fault once; those that are nowhere always do.
class FakeMemory final : public FutexMemory {
 public:
  bool load(VirtAddr word, uint32_t* value) override {
    if (!words.contains(raw(word)) || away.contains(raw(word))) return false;
    *value = words[raw(word)];
    return true;
  }
  exec::Eventually<Status> fault_in(VirtAddr word) override {
    if (!words.contains(raw(word))) return Status::InvalidArgs;
    return page_in(raw(word));
  }
  std::map<uint64_t, uint32_t> words;
  std::set<uint64_t> away;
  int faults = 0;

 private:
  // Takes a while, as reading from a disk would.
  exec::Task<Status> page_in(uint64_t word) {
    exec::Waiter disk;
    EXPECT_EQ(co_await disk.wait(Instant{1}), Status::TimedOut);
    away.erase(word);
    ++faults;
    co_return Status::Ok;
  }
};

constexpr VirtAddr kP{0x1000};
constexpr VirtAddr kR{0x2000};

class FutexTest : public testing::Test {
 protected:
  FutexTest() {
    memory_.words = {{raw(kP), 7}, {raw(kR), 8}};
    for (Koid koid = 100; koid < 110; ++koid) threads_.emplace_back(koid);
  }
  ~FutexTest() override {
    for (auto& sleeper : sleepers_) {
      if (!sleeper.done()) sleeper.interrupt();
    }
    run();
  }

  void run() { ASSERT_EQ(machine_.run_until_idle(), sim::Stop::Idle); }
  // Thread `i` waits on `word`; index into sleepers_.
  size_t sleep(size_t i, VirtAddr word = kP, int owner = -1, Instant deadline = kForever) {
    sleepers_.emplace_back([=, this] {
      return context_.wait(threads_[i], word, memory_.words[raw(word)], own(owner), deadline);
    });
    machine_.run_for(milliseconds(1));
    return sleepers_.size() - 1;
  }
  Status poll(size_t i, VirtAddr word, uint32_t expected, Result<FutexOwner> owner) {
    auto result = context_.wait(threads_[i], word, expected, std::move(owner), kNoWait);
    EXPECT_TRUE(result.ready());
    return result.value();
  }
  Result<FutexOwner> own(int thread) {
    if (thread < 0) return FutexOwner{};
    return FutexOwner{.keeper = nullptr, .thread = &threads_[static_cast<size_t>(thread)]};
  }
  Status requeue(uint32_t wake, uint32_t move, int owner = -1, bool single = false,
                 uint32_t expected = 7) {
    auto result = context_.requeue({.from = kP,
                                    .wake = wake,
                                    .expected = expected,
                                    .to = kR,
                                    .move = move,
                                    .owner = own(owner),
                                    .single_owner = single});
    EXPECT_TRUE(result.ready());
    return result.value();
  }
  bool woken(size_t sleeper) {
    run();
    return sleepers_[sleeper].done() && sleepers_[sleeper].result() == Status::Ok;
  }
  Koid owner(VirtAddr word) { return *context_.owner(word); }

  sim::Machine machine_;
  FakeMemory memory_;
  FutexContext context_{memory_};
  std::deque<FutexThread> threads_;
  std::deque<BackgroundCall<Status>> sleepers_;
};

TEST_F(FutexTest, NullAndMisalignedWordsAreRefusedByEveryCall) {
  for (const VirtAddr bad : {VirtAddr{0}, VirtAddr{0x1001}, VirtAddr{0x1002}}) {
    EXPECT_EQ(poll(0, bad, 7, fail(Status::BadHandle)), Status::InvalidArgs);
    EXPECT_EQ(context_.wake(bad, 1).error(), Status::InvalidArgs);
    EXPECT_EQ(context_.wake_single_owner(bad).error(), Status::InvalidArgs);
    EXPECT_EQ(context_.owner(bad).error(), Status::InvalidArgs);
    for (const auto& [from, to] : {std::pair(bad, kR), std::pair(kP, bad), std::pair(kP, kP)}) {
      auto result = context_.requeue(
          {.from = from, .wake = 1, .expected = 7, .to = to, .move = 1, .owner = own(-1)});
      ASSERT_TRUE(result.ready());
      EXPECT_EQ(result.value(), Status::InvalidArgs);
    }
  }
}

TEST_F(FutexTest, ValueIsComparedBeforeTheOwnerIsLookedAt) {
  EXPECT_EQ(poll(0, kP, 6, fail(Status::BadHandle)), Status::BadState);
  EXPECT_EQ(poll(0, kP, 7, fail(Status::WrongType)), Status::WrongType);
  EXPECT_EQ(poll(0, kP, 7, own(1)), Status::TimedOut);
  EXPECT_EQ(requeue(1, 1, 1, false, 6), Status::BadState);
}

TEST_F(FutexTest, UnreadableWordIsInvalid) {
  BackgroundCall<Status> waiting([&] {
    return context_.wait(threads_[0], VirtAddr{0x9000}, 0, fail(Status::BadHandle), kNoWait);
  });
  BackgroundCall<Status> requeuing([&] {
    return context_.requeue({.from = VirtAddr{0x9000},
                             .wake = 1,
                             .expected = 0,
                             .to = kP,
                             .move = 1,
                             .owner = own(-1)});
  });
  run();
  EXPECT_EQ(waiting.result(), Status::InvalidArgs);
  EXPECT_EQ(requeuing.result(), Status::InvalidArgs);
}

TEST_F(FutexTest, WordThatIsPagedOutIsFetched) {
  memory_.away = {raw(kP)};
  const size_t sleeper = sleep(0);
  EXPECT_EQ(memory_.faults, 1);
  EXPECT_EQ(*context_.wake(kP, 5), 1u);
  EXPECT_TRUE(woken(sleeper));
  memory_.away = {raw(kP)};
  BackgroundCall<Status> stale(
      [&] { return context_.wait(threads_[0], kP, 1, own(-1), kForever); });
  run();
  EXPECT_EQ(stale.result(), Status::BadState);
  memory_.away = {raw(kP)};
  BackgroundCall<Status> requeuing([&] {
    return context_.requeue(
        {.from = kP, .wake = 1, .expected = 7, .to = kR, .move = 1, .owner = own(-1)});
  });
  run();
  EXPECT_EQ(requeuing.result(), Status::Ok);
  EXPECT_EQ(memory_.faults, 3);
}

TEST_F(FutexTest, WakesInOrderAndOnlySoMany) {
  for (size_t i = 0; i < 4; ++i) sleep(i);
  EXPECT_EQ(*context_.wake(kP, 0), 0u);
  EXPECT_EQ(*context_.wake(kP, 2), 2u);
  EXPECT_TRUE(woken(0));
  EXPECT_TRUE(woken(1));
  EXPECT_FALSE(woken(2));
  EXPECT_EQ(*context_.wake(kR, ~0u), 0u);
  EXPECT_EQ(*context_.wake(kP, ~0u), 2u);
  EXPECT_TRUE(woken(3));
}

TEST_F(FutexTest, DeadlineAndInterruptionEndTheWait) {
  const size_t late = sleep(0, kP, -1, machine_.now() + seconds(1));
  const size_t interrupted = sleep(1);
  sleepers_[interrupted].interrupt();
  run();
  EXPECT_EQ(sleepers_[late].result(), Status::TimedOut);
  EXPECT_EQ(sleepers_[interrupted].result(), Status::InternalIntrRetry);
  EXPECT_EQ(*context_.wake(kP, ~0u), 0u);
}

TEST_F(FutexTest, SharedWordsMeetByTheirKey) {
  const int object = 0;
  memory_.words[0x5000] = 7;
  const FutexWord here(kP, {&object, 64});
  const FutexWord there(VirtAddr{0x5000}, {&object, 64});
  BackgroundCall<Status> waiting(
      [&] { return context_.wait(threads_[0], here, 7, own(-1), kForever); });
  run();
  EXPECT_EQ(*context_.wake(kP, 1), 0u);
  EXPECT_EQ(*context_.wake(there, 1), 1u);
  run();
  EXPECT_EQ(waiting.result(), Status::Ok);
}

TEST_F(FutexTest, OwnerLastsWhileSomeoneWaits) {
  EXPECT_EQ(owner(kP), kNoKoid);
  const size_t first = sleep(0, kP, 5);
  EXPECT_EQ(owner(kP), 105u);
  sleep(1, kP, 6);
  EXPECT_EQ(owner(kP), 106u);
  sleepers_[first].interrupt();
  run();
  EXPECT_EQ(owner(kP), 106u);
  sleep(2);
  EXPECT_EQ(owner(kP), kNoKoid);
  EXPECT_EQ(poll(3, kP, 7, own(4)), Status::TimedOut);
  EXPECT_EQ(owner(kP), 104u);
  EXPECT_EQ(*context_.wake(kP, ~0u), 2u);
  EXPECT_EQ(owner(kP), kNoKoid);
}

TEST_F(FutexTest, FailedCallLeavesTheOwner) {
  sleep(0, kP, 5);
  EXPECT_EQ(poll(1, kP, 0, own(6)), Status::BadState);
  EXPECT_EQ(poll(1, kP, 7, own(0)), Status::InvalidArgs);
  EXPECT_EQ(poll(1, kP, 7, fail(Status::BadHandle)), Status::BadHandle);
  EXPECT_EQ(requeue(1, 1, 6, false, 0), Status::BadState);
  EXPECT_EQ(requeue(1, 1, 0), Status::InvalidArgs);
  EXPECT_EQ(owner(kP), 105u);
}

TEST_F(FutexTest, WakeDropsTheOwnerEvenWhenItWakesNobody) {
  sleep(0, kP, 5);
  EXPECT_EQ(*context_.wake(kP, 0), 0u);
  EXPECT_EQ(owner(kP), kNoKoid);
}

TEST_F(FutexTest, SingleOwnerIsTheOneWoken) {
  sleep(0, kP, 5);
  sleep(1, kP, 5);
  ASSERT_TRUE(context_.wake_single_owner(kP));
  EXPECT_TRUE(woken(0));
  EXPECT_EQ(owner(kP), 100u);
  ASSERT_TRUE(context_.wake_single_owner(kP));
  EXPECT_TRUE(woken(1));
  EXPECT_EQ(owner(kP), kNoKoid);
  EXPECT_TRUE(context_.wake_single_owner(kP));
}

TEST_F(FutexTest, ExitedThreadOwnsNothing) {
  sleep(0, kP, 5);
  sleep(1, kR, 5);
  context_.thread_exited(threads_[5]);
  EXPECT_EQ(owner(kP), kNoKoid);
  EXPECT_EQ(owner(kR), kNoKoid);
  sleep(2, kP, 5);
  EXPECT_EQ(owner(kP), kNoKoid);
}

TEST_F(FutexTest, RequeueWakesMovesAndSetsOwners) {
  for (size_t i = 0; i < 5; ++i) sleep(i, kP, 9);
  sleep(5, kR, 9);
  EXPECT_EQ(requeue(1, 2, 8), Status::Ok);
  EXPECT_TRUE(woken(0));
  EXPECT_EQ(owner(kP), kNoKoid);
  EXPECT_EQ(owner(kR), 108u);
  EXPECT_EQ(*context_.wake(kR, 2), 2u);
  EXPECT_TRUE(woken(5)) << "who was there comes first";
  EXPECT_TRUE(woken(1));
  EXPECT_FALSE(woken(2));
  EXPECT_EQ(*context_.wake(kP, ~0u), 2u);
  EXPECT_EQ(*context_.wake(kR, ~0u), 1u);
  EXPECT_TRUE(woken(2));
}

TEST_F(FutexTest, RequeueWithSingleOwner) {
  for (size_t i = 0; i < 4; ++i) sleep(i, kP, 9);
  EXPECT_EQ(requeue(1, 1, 7, true), Status::Ok);
  EXPECT_EQ(owner(kP), 100u);
  EXPECT_EQ(owner(kR), 107u);
  EXPECT_EQ(requeue(1, ~0u, -1, true), Status::Ok);
  EXPECT_TRUE(woken(2));
  EXPECT_EQ(owner(kP), kNoKoid);
  EXPECT_EQ(owner(kR), kNoKoid);
  EXPECT_EQ(*context_.wake(kR, ~0u), 2u);
}

TEST_F(FutexTest, OwnerMayNotWaitOnEitherFutex) {
  sleep(0, kP);
  sleep(1, kR);
  EXPECT_EQ(requeue(0, 1, 0), Status::InvalidArgs);
  EXPECT_EQ(requeue(0, 1, 1), Status::InvalidArgs);
  EXPECT_EQ(poll(2, kP, 7, own(1)), Status::TimedOut) << "it waits on another one";
}

TEST_F(FutexTest, MovedWaiterTimesOutOfItsNewQueue) {
  const size_t moved = sleep(0, kP, -1, machine_.now() + seconds(1));
  EXPECT_EQ(requeue(0, ~0u, 3), Status::Ok);
  EXPECT_EQ(owner(kR), 103u);
  run();
  EXPECT_EQ(sleepers_[moved].result(), Status::TimedOut);
  EXPECT_EQ(owner(kR), kNoKoid);
}

TEST_F(FutexTest, RequeueCountsOnlyThoseStillWaiting) {
  const size_t gone = sleep(0);
  sleep(1);
  sleep(2);
  sleepers_[gone].interrupt();
  EXPECT_EQ(requeue(0, 1), Status::Ok);
  EXPECT_EQ(*context_.wake(kR, ~0u), 1u);
  EXPECT_TRUE(woken(1));
  EXPECT_EQ(*context_.wake(kP, ~0u), 1u);
}

TEST_F(FutexTest, WaitingNeedsNoMemory) {
  sleepers_.emplace_back([this] {
    sim::fail_allocation(1);
    return context_.wait(threads_[0], kP, 7, own(-1), kForever);
  });
  run();
  EXPECT_FALSE(sim::allocation_has_failed());
  EXPECT_EQ(*context_.wake(kP, 1), 1u);
  sim::fail_allocation(0);
  EXPECT_TRUE(woken(0));
}

}  // namespace
}  // namespace jacinth
