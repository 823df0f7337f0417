#include "object/sync/port_observer.h"

#include <gtest/gtest.h>

#include "hal/sim/faults.h"
#include "hal/sim/machine.h"
#include "object/background_call.h"
#include "object/ipc/channel.h"
#include "object/sync/event.h"
#include "object/sync/port.h"

namespace jacinth {
namespace {

constexpr Signals kA = 1u << 24;
constexpr Signals kB = 1u << 25;
using Taken = Result<PacketData>;

class PortObserverTest : public testing::Test {
 protected:
  Taken poll() { return Port::wait(port_, kNoWait).value(); }
  Status wait(uint64_t key, Signals trigger, uint32_t options = 0) {
    return to_status(wait_async(table_, source_, port_handle_, key, trigger, options));
  }
  Status cancel(uint64_t key) { return to_status(port_cancel(table_, port_handle_, source_, key)); }
  void expect_empty() { EXPECT_EQ(poll().error(), Status::TimedOut); }

  sim::Machine machine_;
  HandleTable table_{3};
  RefPtr<Event> event_ = *Event::create();
  RefPtr<Port> port_ = *Port::create(0);
  HandleValue source_ = *table_.add(Handle(event_));
  HandleValue port_handle_ = *table_.add(Handle(port_));
};

TEST_F(PortObserverTest, ErrorsInTheirOrder) {
  const HandleValue bad = source_ ^ 1u << 22;
  const HandleValue blind_port = *table_.add(Handle(port_, rights::kRead));
  const HandleValue blind_source = *table_.add(Handle(event_, rights::kSignal));
  const auto attempt = [&](HandleValue source, HandleValue port, uint32_t options = 0) {
    return to_status(wait_async(table_, source, port, 1, kA, options));
  };
  EXPECT_EQ(attempt(bad, bad, 2), Status::InvalidArgs);
  EXPECT_EQ(attempt(source_, port_handle_, 3), Status::InvalidArgs);
  EXPECT_EQ(attempt(bad, bad), Status::BadHandle);
  EXPECT_EQ(attempt(bad, source_), Status::WrongType);
  EXPECT_EQ(attempt(bad, blind_port), Status::AccessDenied);
  EXPECT_EQ(attempt(bad, port_handle_), Status::BadHandle);
  EXPECT_EQ(attempt(blind_source, port_handle_), Status::AccessDenied);
  const HandleValue not_waitable = *table_.add(Handle(port_, rights::kWait));
  EXPECT_EQ(attempt(not_waitable, port_handle_), Status::NotSupported);

  const auto cancel_of = [&](HandleValue port, HandleValue source) {
    return to_status(port_cancel(table_, port, source, 1));
  };
  EXPECT_EQ(cancel_of(bad, bad), Status::BadHandle);
  EXPECT_EQ(cancel_of(source_, bad), Status::WrongType);
  EXPECT_EQ(cancel_of(blind_port, bad), Status::AccessDenied);
  EXPECT_EQ(cancel_of(port_handle_, bad), Status::BadHandle);
  EXPECT_EQ(cancel_of(port_handle_, blind_source), Status::AccessDenied);
  EXPECT_EQ(cancel_of(port_handle_, not_waitable), Status::NotSupported);
  EXPECT_EQ(cancel_of(port_handle_, source_), Status::NotFound);
}

TEST_F(PortObserverTest, SignalQueuesOnePacket) {
  ASSERT_EQ(wait(9, kA | kB), Status::Ok);
  expect_empty();
  event_->update_signals(0, kA | signals::kSignaled);
  event_->update_signals(kA, 0);
  const Taken taken = poll();
  ASSERT_TRUE(taken);
  EXPECT_EQ(taken->key, 9u);
  EXPECT_EQ(taken->type, PacketType::SignalOne);
  EXPECT_EQ(taken->status, 0);
  EXPECT_EQ(taken->signal.trigger, kA | kB);
  EXPECT_EQ(taken->signal.observed, kA | signals::kSignaled);
  EXPECT_EQ(taken->signal.count, 1u);
  EXPECT_EQ(taken->signal.timestamp, 0);
  event_->update_signals(0, kA);
  expect_empty();
}

TEST_F(PortObserverTest, ActiveSignalQueuesAtOnce) {
  event_->update_signals(0, kA);
  ASSERT_EQ(wait(1, kA), Status::Ok);
  EXPECT_EQ(poll()->signal.observed, kA);
}

TEST_F(PortObserverTest, QueuedPacketCollectsLaterSignals) {
  ASSERT_EQ(wait(1, kA | kB), Status::Ok);
  event_->update_signals(0, kA);
  event_->update_signals(kA, 0);
  event_->update_signals(0, kB);
  EXPECT_EQ(poll()->signal.observed, kA | kB);
  expect_empty();
}

TEST_F(PortObserverTest, TimestampIsTheTimeOfTheMatch) {
  ASSERT_EQ(wait(1, kA, kWaitAsyncTimestamp), Status::Ok);
  machine_.advance(seconds(5));
  const Instant before = machine_.now();
  event_->update_signals(0, kA);
  const Instant after = machine_.now();
  machine_.advance(seconds(5));
  const int64_t timestamp = poll()->signal.timestamp;
  EXPECT_GE(timestamp, before.ns);
  EXPECT_LE(timestamp, after.ns);
}

TEST_F(PortObserverTest, EdgeWantsTheSignalToComeUp) {
  event_->update_signals(0, kA);
  ASSERT_TRUE(PortObserver::start(table_, source_, port_, 1, kA, {.edge = true}));
  expect_empty();
  event_->update_signals(kA, 0);
  event_->update_signals(0, kA);
  EXPECT_TRUE(poll());
}

TEST_F(PortObserverTest, WaiterGetsThePacketDirectly) {
  BackgroundCall<Taken> waiting([&] { return Port::wait(port_, kForever); });
  ASSERT_EQ(machine_.run_until_idle(), sim::Stop::Idle);
  ASSERT_EQ(wait(1, kA), Status::Ok);
  event_->update_signals(0, kA);
  ASSERT_EQ(machine_.run_until_idle(), sim::Stop::Idle);
  EXPECT_EQ(waiting.result()->key, 1u);
  EXPECT_EQ(cancel(1), Status::NotFound);
  BackgroundCall<Taken> again([&] { return Port::wait(port_, kForever); });
  ASSERT_EQ(machine_.run_until_idle(), sim::Stop::Idle);
  ASSERT_EQ(wait(2, kA), Status::Ok);
  ASSERT_EQ(machine_.run_until_idle(), sim::Stop::Idle);
  EXPECT_EQ(again.result()->key, 2u);
}

TEST_F(PortObserverTest, ChannelPacketCountsTheMessages) {
  HandlePair ends = *Channel::create();
  const auto write = [&] {
    auto& channel = static_cast<Channel&>(*ends.second.object());
    ASSERT_TRUE(channel.write(*MessagePacket::create(std::span<const std::byte>())));
  };
  source_ = *table_.add(std::move(ends.first));
  ASSERT_EQ(wait(1, signals::kReadable), Status::Ok);
  for (int i = 0; i < 5; ++i) write();
  EXPECT_EQ(poll()->signal.count, 1u);
  ASSERT_EQ(wait(2, signals::kReadable), Status::Ok);
  EXPECT_EQ(poll()->signal.count, 5u);
  ASSERT_EQ(wait(3, signals::kWritable), Status::Ok);
  EXPECT_EQ(poll()->signal.count, 1u);
}

TEST_F(PortObserverTest, AnyNumberOfRegistrationsIsDelivered) {
  constexpr uint64_t kCount = 16385;
  for (uint64_t key = 0; key < kCount; ++key) ASSERT_EQ(wait(key, kA), Status::Ok);
  event_->update_signals(0, kA);
  for (uint64_t key = 0; key < kCount; ++key) ASSERT_EQ(poll()->key, key);
  expect_empty();
}

TEST_F(PortObserverTest, CancelTakesPendingAndQueuedOfThisHandleAndKey) {
  const HandleValue other = *table_.duplicate(source_, rights::kSame);
  ASSERT_EQ(wait(1, kA), Status::Ok);
  ASSERT_EQ(wait(1, kB), Status::Ok);
  ASSERT_EQ(wait(2, kA), Status::Ok);
  ASSERT_TRUE(wait_async(table_, other, port_handle_, 1, kA, 0));
  event_->update_signals(0, kA);
  EXPECT_EQ(cancel(1), Status::Ok);
  EXPECT_EQ(cancel(1), Status::NotFound);
  event_->update_signals(0, kB);
  EXPECT_EQ(poll()->key, 2u);
  EXPECT_EQ(poll()->key, 1u);
  expect_empty();
  EXPECT_EQ(to_status(port_cancel(table_, port_handle_, other, 1)), Status::NotFound);
}

TEST_F(PortObserverTest, CancelLeavesUserPackets) {
  PacketData packet;
  packet.key = 1;
  ASSERT_TRUE(port_->queue_user(packet));
  EXPECT_EQ(cancel(1), Status::NotFound);
  EXPECT_EQ(poll()->key, 1u);
}

TEST_F(PortObserverTest, ClosedSourceDropsWhatIsPendingAndKeepsWhatIsQueued) {
  ASSERT_EQ(wait(1, kA), Status::Ok);
  ASSERT_EQ(wait(2, kB), Status::Ok);
  event_->update_signals(0, kA);
  event_.reset();
  ASSERT_TRUE(table_.remove(source_));
  EXPECT_EQ(poll()->key, 1u);
  expect_empty();
}

class CloseOrder : public testing::TestWithParam<int> {};

TEST_P(CloseOrder, OfPortSourceAndPeerIsAnyones) {
  sim::Machine machine;
  const uint64_t objects = KernelObject::live_count();
  const size_t blocks = sim::live_heap_blocks();
  {
    HandleTable table(1);
    HandlePair ends = *Channel::create();
    const HandleValue source = *table.add(std::move(ends.first));
    const HandleValue peer = *table.add(std::move(ends.second));
    const HandleValue port = *table.add(Handle(*Port::create(0)));
    ASSERT_TRUE(wait_async(table, source, port, 1, signals::kWritable, 0));
    ASSERT_TRUE(wait_async(table, source, port, 1, signals::kReadable, 0));
    ASSERT_TRUE(wait_async(table, source, port, 1, signals::kPeerClosed, 0));
    constexpr int kOrders[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2},
                                   {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    const HandleValue handles[3] = {source, peer, port};
    for (const int next : kOrders[GetParam()]) ASSERT_TRUE(table.remove(handles[next]));
  }
  EXPECT_EQ(KernelObject::live_count(), objects);
  EXPECT_EQ(sim::live_heap_blocks(), blocks);
}
INSTANTIATE_TEST_SUITE_P(All, CloseOrder, testing::Range(0, 6));

TEST_F(PortObserverTest, RegistrationNeedsOneBlockWhichMayBeRefused) {
  ASSERT_TRUE(table_.signals_of(source_));
  sim::fail_allocation(1);
  EXPECT_EQ(wait(1, kA), Status::NoMemory);
  EXPECT_EQ(cancel(1), Status::NotFound);
  sim::fail_allocation(0);
  EXPECT_EQ(wait(1, kA), Status::Ok);
  EXPECT_EQ(sim::allocations_since_arm(), 1u);
}

TEST_F(PortObserverTest, PortWhoseHandlesAreGoneIsRefused) {
  RefPtr<Port> dead = *Port::create(0);
  Handle(dead).close();
  EXPECT_EQ(PortObserver::start(table_, source_, dead, 1, kA, {}).error(), Status::BadHandle);
}

}  // namespace
}  // namespace jacinth
