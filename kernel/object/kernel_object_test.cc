#include "object/kernel_object.h"

#include <gtest/gtest.h>

#include <vector>

#include "hal/sim/machine.h"
#include "object/handle.h"
#include "object/sync/event.h"
#include "object/sync/port.h"

namespace jacinth {
namespace {

constexpr Signals kA = 1u << 24;
constexpr Signals kB = 1u << 25;

struct Recorder final : SignalObserver {
  Next on_match(Signals now) override {
    matches.push_back(now);
    return next;
  }
  void on_handle_closed(Signals now) override { closed.push_back(now); }

  Next next = Next::Remove;
  std::vector<Signals> matches;
  std::vector<Signals> closed;
};

class KernelObjectTest : public testing::Test {
 protected:
  sim::Machine machine_;
  RefPtr<Event> event_ = *Event::create();
};

TEST_F(KernelObjectTest, KoidsRiseAndStartWhereTheAbiSays) {
  const RefPtr<Event> next = *Event::create();
  EXPECT_GE(event_->koid(), kFirstKoid);
  EXPECT_EQ(next->koid(), event_->koid() + 1);
}

TEST_F(KernelObjectTest, SetWinsOverClearOfTheSameSignal) {
  event_->update_signals(kA, kA | kB);
  EXPECT_EQ(event_->signals(), kA | kB);
  event_->update_signals(kA, 0);
  EXPECT_EQ(event_->signals(), kB);
}

TEST_F(KernelObjectTest, UserSignalsAreCheckedAgainstTheType) {
  EXPECT_TRUE(event_->user_signal(0, kA | signals::kSignaled));
  EXPECT_EQ(event_->user_signal(0, signals::kReadable).error(), Status::InvalidArgs);
  EXPECT_EQ(event_->user_signal(signals::kHandleClosed, 0).error(), Status::InvalidArgs);
  EXPECT_EQ(event_->signals(), kA | signals::kSignaled);
  EXPECT_EQ((*Port::create(0))->user_signal(0, kA).error(), Status::NotSupported);
}

TEST_F(KernelObjectTest, ObserverOfAnActiveSignalMatchesAtOnce) {
  event_->update_signals(0, kA | kB);
  Recorder observer;
  EXPECT_FALSE(event_->observe(observer, kA, 0));
  EXPECT_EQ(observer.matches, std::vector<Signals>{kA | kB});
  EXPECT_FALSE(event_->forget(observer));
}

TEST_F(KernelObjectTest, ObserverMatchesOnceUnlessItStays) {
  Recorder once;
  Recorder stays;
  stays.next = SignalObserver::Next::Keep;
  EXPECT_TRUE(event_->observe(once, kA, 0));
  EXPECT_TRUE(event_->observe(stays, kA, 0));
  event_->update_signals(0, kB);
  event_->update_signals(0, kA);
  event_->update_signals(kA, 0);
  event_->update_signals(0, kA);
  EXPECT_EQ(once.matches.size(), 1u);
  EXPECT_EQ(stays.matches.size(), 2u);
  EXPECT_FALSE(event_->forget(once));
  EXPECT_TRUE(event_->forget(stays));
  EXPECT_FALSE(event_->forget(stays));
}

TEST_F(KernelObjectTest, SignalThatIsGoneAgainHasStillMatched) {
  Recorder observer;
  event_->observe(observer, kA, 0);
  event_->update_signals(0, kA);
  event_->update_signals(kA, 0);
  EXPECT_EQ(observer.matches, std::vector<Signals>{kA});
}

TEST_F(KernelObjectTest, EdgeObserverWantsTheSignalToComeUp) {
  event_->update_signals(0, kA);
  Recorder observer;
  EXPECT_TRUE(event_->observe(observer, kA, 0, KernelObject::Edge::Yes));
  event_->update_signals(0, kB);
  EXPECT_TRUE(observer.matches.empty());
  event_->update_signals(kA, 0);
  event_->update_signals(0, kA);
  EXPECT_EQ(observer.matches.size(), 1u);
}

TEST_F(KernelObjectTest, ClosedHandleEndsItsOwnObservationsOnly) {
  Handle first(event_);
  Handle second = first.duplicate(rights::kBasic);
  Recorder through_first;
  Recorder through_second;
  event_->observe(through_first, kA, first.wait_tag());
  event_->observe(through_second, kA, second.wait_tag());
  event_->update_signals(0, kB);
  first.close();
  EXPECT_EQ(through_first.closed, std::vector<Signals>{kB});
  EXPECT_TRUE(through_second.closed.empty());
  EXPECT_FALSE(event_->forget(through_first));
  EXPECT_TRUE(event_->forget(through_second));
}

TEST_F(KernelObjectTest, ReplacingRightsEndsWaitsAsClosingDoes) {
  Handle handle(event_);
  Recorder observer;
  event_->observe(observer, kA, handle.wait_tag());
  handle.replace_rights(rights::kWait);
  EXPECT_EQ(observer.closed.size(), 1u);
  EXPECT_EQ(handle.rights(), rights::kWait);
}

TEST_F(KernelObjectTest, RegistrationThatIsRefusedLeavesNoTrace) {
  Recorder observer;
  event_->update_signals(0, kA);
  EXPECT_FALSE(event_->observe_if(observer, kA, 0, KernelObject::Edge::No, [] { return false; }));
  EXPECT_TRUE(observer.matches.empty());
}

struct Counted final : KernelObject {
  explicit Counted(int& zero_count) : zeros(zero_count) {}
  ObjectType type() const override { return ObjectType::None; }
  Rights default_rights() const override { return rights::kBasic; }
  void on_zero_handles() override { ++zeros; }
  int& zeros;
};

TEST_F(KernelObjectTest, ZeroHandlesComesWithTheLastHandleNotTheLastReference) {
  int zeros = 0;
  const RefPtr<Counted> object = *make_ref<Counted>(zeros);
  Handle first(object);
  Handle second = first.duplicate(rights::kNone);
  EXPECT_EQ(object->handle_count(), 2u);
  Handle moved = std::move(first);
  moved.close();
  EXPECT_EQ(zeros, 0);
  second.close();
  EXPECT_EQ(zeros, 1);
  EXPECT_EQ(object->handle_count(), 0u);
}

TEST(KernelObjectName, IsCutAtThirtyOneBytesAndAtNul) {
  const std::string text(40, 'x');
  EXPECT_EQ(name_view(make_name(text)), text.substr(0, 31));
  EXPECT_EQ(name_view(make_name(std::string_view("ab\0cd", 5))), "ab");
}

}  // namespace
}  // namespace jacinth
