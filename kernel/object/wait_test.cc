#include "object/wait.h"

#include <gtest/gtest.h>

#include <vector>

#include "hal/clock.h"
#include "hal/sim/faults.h"
#include "hal/sim/machine.h"
#include "object/background_call.h"
#include "object/sync/event.h"
#include "object/sync/port.h"

namespace jacinth {
namespace {

constexpr Signals kA = 1u << 24;
constexpr Signals kB = 1u << 25;
constexpr Signals kClosed = signals::kHandleClosed;

class WaitTest : public testing::Test {
 protected:
  HandleValue add(Rights rights = rights::kBasic | rights::kSignal) {
    events_.push_back(*Event::create());
    return *table_.add(Handle(events_.back(), rights));
  }
  Event& event(size_t i) { return *events_[i]; }
  // An answer without waiting.
  WaitResult poll(HandleValue handle, Signals wanted) {
    auto result = wait_one(table_, handle, wanted, kNoWait);
    EXPECT_TRUE(result.ready());
    return result.value();
  }
  Status poll_many(std::span<WaitItem> items) {
    auto result = wait_many(table_, items, kNoWait);
    EXPECT_TRUE(result.ready());
    return result.value();
  }

  sim::Machine machine_;
  HandleTable table_{77};
  std::vector<RefPtr<Event>> events_;
};

class WaitOneTest : public WaitTest {
 protected:
  const HandleValue handle_ = add();
  BackgroundCall<WaitResult> start(Signals wanted, Instant deadline = kForever) {
    return BackgroundCall<WaitResult>(
        [=, this] { return wait_one(table_, handle_, wanted, deadline); });
  }
};

TEST_F(WaitOneTest, ActiveSignalNeedsNoWaitAndBeatsAPastDeadline) {
  event(0).update_signals(0, kA | kB);
  const WaitResult result = poll(handle_, kA);
  EXPECT_EQ(result.status, Status::Ok);
  EXPECT_EQ(result.observed, kA | kB);
}

TEST_F(WaitOneTest, PollingTellsTheState) {
  event(0).update_signals(0, kB);
  const WaitResult result = poll(handle_, 0);
  EXPECT_EQ(result.status, Status::TimedOut);
  EXPECT_EQ(result.observed, kB);
  machine_.advance(seconds(1));
  auto past = wait_one(table_, handle_, kA, Instant{1});
  ASSERT_TRUE(past.ready());
  EXPECT_EQ(past.value().status, Status::TimedOut);
}

TEST_F(WaitOneTest, ErrorsComeAtOnce) {
  const HandleValue blind = add(rights::kDuplicate);
  const HandleValue port = *table_.add(Handle(*Port::create(0), rights::kWait));
  EXPECT_EQ(poll(handle_ ^ 1u << 22, kA).status, Status::BadHandle);
  EXPECT_EQ(poll(blind, kA).status, Status::AccessDenied);
  EXPECT_EQ(poll(port, kA).status, Status::NotSupported);
}

TEST_F(WaitOneTest, SignalEndsTheWait) {
  auto waiting = start(kA);
  EXPECT_EQ(machine_.run_until_idle(), sim::Stop::Idle);
  EXPECT_FALSE(waiting.done());
  event(0).update_signals(0, kB);
  EXPECT_EQ(machine_.run_until_idle(), sim::Stop::Idle);
  EXPECT_FALSE(waiting.done());
  event(0).update_signals(0, kA);
  EXPECT_EQ(machine_.run_until_idle(), sim::Stop::Idle);
  EXPECT_EQ(waiting.result().status, Status::Ok);
  EXPECT_EQ(waiting.result().observed, kA | kB);
}

TEST_F(WaitOneTest, SignalThatGoesAwayAgainIsStillObserved) {
  auto waiting = start(kA);
  EXPECT_EQ(machine_.run_until_idle(), sim::Stop::Idle);
  event(0).update_signals(0, kA);
  event(0).update_signals(kA, 0);
  EXPECT_EQ(machine_.run_until_idle(), sim::Stop::Idle);
  EXPECT_EQ(waiting.result().status, Status::Ok);
  EXPECT_EQ(waiting.result().observed, kA);
}

TEST_F(WaitOneTest, DeadlineEndsTheWaitWithTheWholeState) {
  event(0).update_signals(0, kB);
  const Instant deadline = machine_.now() + seconds(1);
  auto waiting = start(0, deadline);
  EXPECT_EQ(machine_.run_until_idle(), sim::Stop::Idle);
  EXPECT_GE(machine_.now(), deadline);
  EXPECT_EQ(waiting.result().status, Status::TimedOut);
  EXPECT_EQ(waiting.result().observed, kB);
}

TEST_F(WaitOneTest, ClosingItsHandleCancelsItDuplicatesOrNot) {
  const HandleValue duplicate = *table_.duplicate(handle_, rights::kSame);
  auto waiting = start(kA);
  BackgroundCall<WaitResult> other([&] { return wait_one(table_, duplicate, kA, kForever); });
  EXPECT_EQ(machine_.run_until_idle(), sim::Stop::Idle);
  event(0).update_signals(0, kB);
  ASSERT_TRUE(table_.remove(handle_));
  EXPECT_EQ(machine_.run_until_idle(), sim::Stop::Idle);
  EXPECT_EQ(waiting.result().status, Status::Canceled);
  EXPECT_EQ(waiting.result().observed, kB | kClosed);
  EXPECT_FALSE(other.done());
  event(0).update_signals(0, kA);
  EXPECT_EQ(machine_.run_until_idle(), sim::Stop::Idle);
  EXPECT_EQ(other.result().status, Status::Ok);
}

TEST_F(WaitOneTest, HandleInTransitKeepsItsWaitUntilItArrives) {
  auto waiting = start(kA);
  EXPECT_EQ(machine_.run_until_idle(), sim::Stop::Idle);
  Handle in_transit = *table_.remove(handle_);
  EXPECT_EQ(machine_.run_until_idle(), sim::Stop::Idle);
  EXPECT_FALSE(waiting.done());
  HandleTable receiver(5);
  ASSERT_TRUE(receiver.add(std::move(in_transit)));
  EXPECT_EQ(machine_.run_until_idle(), sim::Stop::Idle);
  EXPECT_EQ(waiting.result().status, Status::Canceled);
}

TEST_F(WaitOneTest, InterruptionEndsTheWaitForARetry) {
  auto waiting = start(kA);
  EXPECT_EQ(machine_.run_until_idle(), sim::Stop::Idle);
  waiting.interrupt();
  EXPECT_EQ(machine_.run_until_idle(), sim::Stop::Idle);
  EXPECT_EQ(waiting.result().status, Status::InternalIntrRetry);
}

TEST_F(WaitOneTest, ClosedHandleIsReportedEvenToAnInterruptedWait) {
  auto waiting = start(kA);
  EXPECT_EQ(machine_.run_until_idle(), sim::Stop::Idle);
  waiting.interrupt();
  ASSERT_TRUE(table_.remove(handle_));
  EXPECT_EQ(machine_.run_until_idle(), sim::Stop::Idle);
  EXPECT_EQ(waiting.result().status, Status::Canceled);
}

class WaitManyTest : public WaitTest {
 protected:
  std::vector<WaitItem> make_items(size_t count, Signals wanted = kA) {
    std::vector<WaitItem> items(count);
    for (WaitItem& item : items) item = {.handle = add(), .wanted = wanted, .pending = ~0u};
    return items;
  }
};

TEST_F(WaitManyTest, AnswersForAllItemsWithoutWaiting) {
  std::vector<WaitItem> items = make_items(3);
  event(0).update_signals(0, kB);
  EXPECT_EQ(poll_many(items), Status::TimedOut);
  event(2).update_signals(0, kA);
  EXPECT_EQ(poll_many(items), Status::Ok);
  EXPECT_EQ(items[0].pending, kB);
  EXPECT_EQ(items[1].pending, 0u);
  EXPECT_EQ(items[2].pending, kA);
}

TEST_F(WaitManyTest, LimitIsSixtyFour) {
  std::vector<WaitItem> items = make_items(65);
  EXPECT_EQ(poll_many(items), Status::OutOfRange);
  items.pop_back();
  EXPECT_EQ(poll_many(items), Status::TimedOut);
}

TEST_F(WaitManyTest, OneBadItemFailsTheCall) {
  std::vector<WaitItem> items = make_items(3);
  event(0).update_signals(0, kA);
  items[2].handle ^= 1u << 22;
  EXPECT_EQ(poll_many(items), Status::BadHandle);
  items[2].handle = add(rights::kDuplicate);
  EXPECT_EQ(poll_many(items), Status::AccessDenied);
  items[2].handle = *table_.add(Handle(*Port::create(0), rights::kWait));
  EXPECT_EQ(poll_many(items), Status::NotSupported);
}

TEST_F(WaitManyTest, WithoutItemsItSleeps) {
  const Instant deadline = machine_.now() + seconds(3);
  BackgroundCall<Status> waiting([&] { return wait_many(table_, {}, deadline); });
  EXPECT_EQ(machine_.run_until_idle(), sim::Stop::Idle);
  EXPECT_EQ(waiting.result(), Status::TimedOut);
  EXPECT_GE(machine_.now(), deadline);
}

TEST_F(WaitManyTest, AnyItemEndsTheWaitHoweverManyThereAre) {
  for (const size_t count : {1u, 4u, 5u, 64u}) {
    events_.clear();
    std::vector<WaitItem> items = make_items(count);
    BackgroundCall<Status> waiting([&] { return wait_many(table_, items, kForever); });
    EXPECT_EQ(machine_.run_until_idle(), sim::Stop::Idle);
    EXPECT_FALSE(waiting.done());
    event(0).update_signals(0, kB);
    event(count - 1).update_signals(0, kA);
    EXPECT_EQ(machine_.run_until_idle(), sim::Stop::Idle);
    EXPECT_EQ(waiting.result(), Status::Ok);
    EXPECT_EQ(items[count - 1].pending & kA, kA);
    EXPECT_EQ(items[0].pending & kB, kB);
  }
}

TEST_F(WaitManyTest, ClosingOneHandleCancelsAndMarksItsItem) {
  std::vector<WaitItem> items = make_items(3);
  BackgroundCall<Status> waiting([&] { return wait_many(table_, items, kForever); });
  EXPECT_EQ(machine_.run_until_idle(), sim::Stop::Idle);
  event(0).update_signals(0, kB);
  ASSERT_TRUE(table_.remove(items[1].handle));
  EXPECT_EQ(machine_.run_until_idle(), sim::Stop::Idle);
  EXPECT_EQ(waiting.result(), Status::Canceled);
  EXPECT_EQ(items[0].pending, kB);
  EXPECT_EQ(items[1].pending, kClosed);
  EXPECT_EQ(items[2].pending, 0u);
}

TEST_F(WaitManyTest, TheSameHandleMayComeTwice) {
  const HandleValue handle = add();
  std::vector<WaitItem> items = {{.handle = handle, .wanted = kA},
                                 {.handle = handle, .wanted = kB}};
  BackgroundCall<Status> waiting([&] { return wait_many(table_, items, kForever); });
  EXPECT_EQ(machine_.run_until_idle(), sim::Stop::Idle);
  event(0).update_signals(0, kB);
  EXPECT_EQ(machine_.run_until_idle(), sim::Stop::Idle);
  EXPECT_EQ(waiting.result(), Status::Ok);
  EXPECT_EQ(items[0].pending, kB);
  EXPECT_EQ(items[1].pending, kB);
}

TEST_F(WaitManyTest, InterruptionEndsTheWaitForARetry) {
  std::vector<WaitItem> items = make_items(2);
  BackgroundCall<Status> waiting([&] { return wait_many(table_, items, kForever); });
  EXPECT_EQ(machine_.run_until_idle(), sim::Stop::Idle);
  waiting.interrupt();
  EXPECT_EQ(machine_.run_until_idle(), sim::Stop::Idle);
  EXPECT_EQ(waiting.result(), Status::InternalIntrRetry);
}

TEST_F(WaitManyTest, RoomForManyObserversMayBeRefused) {
  std::vector<WaitItem> items = make_items(64);
  const Instant deadline = machine_.now() + seconds(1);
  Status status = Status::Ok;
  const uint64_t failures = sim::for_each_allocation_failure([&] {
    BackgroundCall<Status> waiting([&] { return wait_many(table_, items, deadline); });
    EXPECT_EQ(machine_.run_until_idle(), sim::Stop::Idle);
    status = waiting.result();
    if (sim::allocation_has_failed()) EXPECT_EQ(status, Status::NoMemory);
  });
  EXPECT_GE(failures, 1u);
  EXPECT_EQ(status, Status::TimedOut);
}

}  // namespace
}  // namespace jacinth
