#include "object/sync/event.h"

#include <gtest/gtest.h>

#include "hal/sim/faults.h"
#include "hal/sim/machine.h"
#include "object/sync/event_pair.h"

namespace jacinth {
namespace {

constexpr Signals kUser = 1u << 24;

TEST(EventTest, IsOneAllocationAndWaitable) {
  sim::Machine machine;
  const uint64_t objects = KernelObject::live_count();
  sim::fail_allocation(0);
  {
    const Handle event(*Event::create());
    EXPECT_EQ(sim::allocations_since_arm(), 1u);
    EXPECT_EQ(event.rights(), 0x0000d003u);
    EXPECT_TRUE(event.object()->waitable());
    EXPECT_EQ(event.object()->related_koid(), kNoKoid);
    EXPECT_EQ(event.object()->peer().error(), Status::NotSupported);
    EXPECT_EQ(KernelObject::live_count(), objects + 1);
  }
  EXPECT_EQ(KernelObject::live_count(), objects);
}

TEST(EventTest, CreationMayFail) {
  sim::Machine machine;
  sim::fail_allocation(1);
  EXPECT_EQ(Event::create().error(), Status::NoMemory);
}

class EventPairTest : public testing::Test {
 protected:
  sim::Machine machine_;
  HandlePair ends_ = *EventPair::create();
};

TEST_F(EventPairTest, EndsKnowEachOther) {
  EXPECT_EQ(ends_.first.object()->related_koid(), ends_.second.object()->koid());
  EXPECT_EQ(ends_.second.object()->related_koid(), ends_.first.object()->koid());
  EXPECT_EQ(ends_.first.rights(), 0x0000f003u);
}

TEST_F(EventPairTest, SignalsGoToOneEnd) {
  ASSERT_TRUE(ends_.first.object()->user_signal(0, signals::kSignaled));
  ASSERT_TRUE(user_signal_peer(*ends_.first.object(), 0, kUser));
  EXPECT_EQ(ends_.first.object()->signals(), signals::kSignaled);
  EXPECT_EQ(ends_.second.object()->signals(), kUser);
  EXPECT_EQ(user_signal_peer(*ends_.first.object(), 0, signals::kWritable).error(),
            Status::InvalidArgs);
}

TEST_F(EventPairTest, PeerSeesTheEndOfTheOther) {
  ends_.first.close();
  KernelObject& left = *ends_.second.object();
  EXPECT_EQ(left.signals(), signals::kPeerClosed);
  EXPECT_EQ(user_signal_peer(left, 0, kUser).error(), Status::PeerClosed);
  EXPECT_TRUE(left.user_signal(0, kUser));
  EXPECT_EQ(left.signals(), signals::kPeerClosed | kUser);
}

TEST_F(EventPairTest, CreationMayFailAtEachStep) {
  const uint64_t objects = KernelObject::live_count();
  const uint64_t failures = sim::for_each_allocation_failure([&] {
    const auto made = EventPair::create();
    EXPECT_EQ(made.has_value(), !sim::allocation_has_failed());
    if (!made) EXPECT_EQ(made.error(), Status::NoMemory);
  });
  EXPECT_EQ(failures, 3u);
  EXPECT_EQ(KernelObject::live_count(), objects);
}

}  // namespace
}  // namespace jacinth
