#include "object/sync/port.h"

#include <gtest/gtest.h>

#include <deque>
#include <vector>

#include "hal/sim/faults.h"
#include "hal/sim/machine.h"
#include "object/background_call.h"
#include "object/sync/event.h"
#include "object/wait.h"

namespace jacinth {
namespace {

using Taken = Result<PacketData>;

PacketData user_packet(uint64_t key) {
  PacketData packet;
  packet.key = key;
  packet.type = PacketType::Interrupt;  // to be overwritten
  packet.status = -7;
  packet.user[31] = std::byte{0xab};
  return packet;
}

class PortTest : public testing::Test {
 protected:
  Taken poll() {
    auto result = Port::wait(port_, kNoWait);
    EXPECT_TRUE(result.ready());
    return result.value();
  }
  uint64_t poll_key() {
    const Taken taken = poll();
    return taken ? taken->key : ~uint64_t{0};
  }

  sim::Machine machine_;
  RefPtr<Port> port_ = *Port::create(0);
  Handle handle_{port_};
};

TEST_F(PortTest, CreateChecksItsOptions) {
  EXPECT_EQ(Port::create(2).error(), Status::InvalidArgs);
  EXPECT_FALSE(port_->takes_interrupts());
  EXPECT_TRUE((*Port::create(Port::kBindToInterrupt))->takes_interrupts());
  EXPECT_EQ(port_->default_rights(), 0x0000800fu);
  EXPECT_FALSE(port_->waitable());
}

TEST_F(PortTest, UserPacketComesOutAsItWentInButForItsType) {
  ASSERT_TRUE(port_->queue_user(user_packet(5)));
  const Taken taken = poll();
  ASSERT_TRUE(taken);
  EXPECT_EQ(taken->key, 5u);
  EXPECT_EQ(taken->type, PacketType::User);
  EXPECT_EQ(taken->status, -7);
  EXPECT_EQ(taken->user[31], std::byte{0xab});
  EXPECT_EQ(poll().error(), Status::TimedOut);
}

TEST_F(PortTest, PacketsComeInOrder) {
  for (uint64_t key = 0; key < 100; ++key) ASSERT_TRUE(port_->queue_user(user_packet(key)));
  for (uint64_t key = 0; key < 100; ++key) EXPECT_EQ(poll_key(), key);
}

TEST_F(PortTest, TakesExactly2049UserPackets) {
  for (int i = 0; i < 2049; ++i) ASSERT_TRUE(port_->queue_user(user_packet(1)));
  EXPECT_EQ(port_->queue_user(user_packet(1)).error(), Status::ShouldWait);
  EXPECT_EQ(poll_key(), 1u);
  EXPECT_TRUE(port_->queue_user(user_packet(1)));
}

TEST_F(PortTest, QueueAndWaitInTurnAllocateOnce) {
  ASSERT_TRUE(port_->queue_user(user_packet(1)));
  EXPECT_EQ(poll_key(), 1u);
  sim::fail_allocation(1);
  for (uint64_t key = 0; key < 10; ++key) {
    ASSERT_TRUE(port_->queue_user(user_packet(key)));
    EXPECT_EQ(poll_key(), key);
  }
  EXPECT_FALSE(sim::allocation_has_failed());
  ASSERT_TRUE(port_->queue_user(user_packet(1)));
  EXPECT_EQ(port_->queue_user(user_packet(2)).error(), Status::NoMemory);
  EXPECT_EQ(poll_key(), 1u);
  EXPECT_EQ(poll().error(), Status::TimedOut);
}

TEST_F(PortTest, WaitersAreServedInTheirOrderAndGetOneEach) {
  std::deque<BackgroundCall<Taken>> waiting;
  for (int i = 0; i < 3; ++i) {
    waiting.emplace_back([&] { return Port::wait(port_, kForever); });
    ASSERT_EQ(machine_.run_until_idle(), sim::Stop::Idle);
  }
  for (uint64_t key = 0; key < 4; ++key) ASSERT_TRUE(port_->queue_user(user_packet(key)));
  ASSERT_EQ(machine_.run_until_idle(), sim::Stop::Idle);
  for (uint64_t i = 0; i < 3; ++i) EXPECT_EQ(waiting[i].result()->key, i);
  EXPECT_EQ(poll_key(), 3u);
}

TEST_F(PortTest, WaiterThatGaveUpTakesNothing) {
  const Instant deadline = machine_.now() + seconds(1);
  BackgroundCall<Taken> late([&] { return Port::wait(port_, deadline); });
  BackgroundCall<Taken> interrupted([&] { return Port::wait(port_, kForever); });
  machine_.run_for(seconds(2));
  EXPECT_EQ(late.result().error(), Status::TimedOut);
  interrupted.interrupt();
  ASSERT_TRUE(port_->queue_user(user_packet(9)));
  ASSERT_EQ(machine_.run_until_idle(), sim::Stop::Idle);
  EXPECT_EQ(interrupted.result().error(), Status::InternalIntrRetry);
  EXPECT_EQ(poll_key(), 9u);
}

TEST_F(PortTest, WaiterStaysWhenTheLastHandleGoes) {
  BackgroundCall<Taken> waiting([&] { return Port::wait(port_, kForever); });
  ASSERT_EQ(machine_.run_until_idle(), sim::Stop::Idle);
  handle_.close();
  ASSERT_EQ(machine_.run_until_idle(), sim::Stop::Idle);
  EXPECT_FALSE(waiting.done());
  EXPECT_EQ(port_->queue_user(user_packet(1)).error(), Status::BadHandle);
  waiting.interrupt();
  ASSERT_EQ(machine_.run_until_idle(), sim::Stop::Idle);
  EXPECT_EQ(waiting.result().error(), Status::InternalIntrRetry);
}

// --- kernel packets ---

struct KernelPacket final : PortPacket {
  explicit KernelPacket(uint64_t key, Owner owner = Owner::Kernel) : PortPacket(owner) {
    data.key = key;
    data.type = PacketType::PageRequest;
  }
  void on_dequeued() override { ++dequeued; }
  int dequeued = 0;
};

TEST_F(PortTest, KernelPacketIsToldWhenItHasLeft) {
  KernelPacket first(1);
  KernelPacket second(2);
  ASSERT_TRUE(port_->queue(first));
  ASSERT_TRUE(port_->queue(second));
  EXPECT_EQ(poll_key(), 1u);
  EXPECT_EQ(first.dequeued, 1);
  EXPECT_TRUE(port_->take_back(second));
  EXPECT_FALSE(port_->take_back(second));
  EXPECT_EQ(second.dequeued, 0);
  EXPECT_EQ(poll().error(), Status::TimedOut);
  ASSERT_TRUE(port_->queue(second));
  handle_.close();
  EXPECT_EQ(second.dequeued, 1);
  EXPECT_EQ(port_->queue(second).error(), Status::BadHandle);
}

TEST_F(PortTest, KernelPacketForAWaiterIsToldAtOnce) {
  BackgroundCall<Taken> waiting([&] { return Port::wait(port_, kForever); });
  ASSERT_EQ(machine_.run_until_idle(), sim::Stop::Idle);
  KernelPacket packet(1);
  ASSERT_TRUE(port_->queue(packet));
  EXPECT_EQ(packet.dequeued, 1);
  ASSERT_EQ(machine_.run_until_idle(), sim::Stop::Idle);
  EXPECT_EQ(waiting.result()->key, 1u);
}

TEST_F(PortTest, InterruptsOvertakeOtherPackets) {
  KernelPacket interrupt(7, PortPacket::Owner::Borrowed);
  ASSERT_TRUE(port_->queue_user(user_packet(1)));
  ASSERT_TRUE(port_->queue_interrupt(interrupt));
  EXPECT_EQ(poll_key(), 7u);
  EXPECT_EQ(interrupt.dequeued, 0);
  ASSERT_TRUE(port_->queue_interrupt(interrupt));
  EXPECT_TRUE(port_->take_back(interrupt));
  EXPECT_EQ(poll_key(), 1u);
  ASSERT_TRUE(port_->queue_interrupt(interrupt));
  handle_.close();
  EXPECT_FALSE(port_->take_back(interrupt));
}

}  // namespace
}  // namespace jacinth
