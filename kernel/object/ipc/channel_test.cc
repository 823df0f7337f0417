#include "object/ipc/channel.h"

#include <gtest/gtest.h>

#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include "hal/sim/faults.h"
#include "hal/sim/machine.h"

namespace jacinth {
namespace {

MessagePtr message(std::string_view text, uint32_t handles = 0) {
  return *MessagePacket::create(std::as_bytes(std::span(text)), handles);
}
std::string text_of(MessagePacket& message) {
  return {reinterpret_cast<char*>(message.bytes().data()), message.bytes().size()};
}

// A machine, a connected pair, and a check that nothing outlives the test.
class ChannelTest : public testing::Test {
 protected:
  void SetUp() override {
    blocks_ = sim::live_heap_blocks();
    pair_.emplace(*Channel::create());
    left_ = object_cast<Channel>(pair_->first.object());
    right_ = object_cast<Channel>(pair_->second.object());
  }
  void TearDown() override {
    left_.reset();
    right_.reset();
    pair_.reset();
    EXPECT_EQ(sim::live_heap_blocks(), blocks_);
  }
  void close_left() { pair_->first.close(); }
  void close_right() { pair_->second.close(); }

  Status read_status(Channel& end, MessageSize limits = kMaxMessage) {
    MessageSize actual;
    return to_status(end.read(limits, Channel::TooLarge::Keep, &actual));
  }
  std::string read_text(Channel& end) {
    MessageSize actual;
    auto got = end.read(kMaxMessage, Channel::TooLarge::Keep, &actual);
    return got ? text_of(**got) : status_name(got.error());
  }

  sim::Machine machine_;
  size_t blocks_ = 0;
  std::optional<HandlePair> pair_;
  RefPtr<Channel> left_;
  RefPtr<Channel> right_;
};

TEST_F(ChannelTest, NewEndsAreWritableAndKnowEachOther) {
  EXPECT_EQ(left_->signals(), signals::kWritable);
  EXPECT_EQ(right_->signals(), signals::kWritable);
  EXPECT_EQ(left_->related_koid(), right_->koid());
  EXPECT_EQ(right_->related_koid(), left_->koid());
  EXPECT_EQ(pair_->first.rights(), rights::kTransfer | rights::kWait | rights::kInspect |
                                       rights::kIo | rights::kSignal | rights::kSignalPeer);
}

TEST_F(ChannelTest, MessagesArriveInOrderAtTheOtherEnd) {
  EXPECT_EQ(read_status(*right_), Status::ShouldWait);
  ASSERT_TRUE(left_->write(message("one")));
  ASSERT_TRUE(left_->write(message("two")));
  EXPECT_EQ(right_->message_count(), 2u);
  EXPECT_EQ(right_->signals(), signals::kWritable | signals::kReadable);
  EXPECT_EQ(left_->signals(), signals::kWritable);
  EXPECT_EQ(read_text(*right_), "one");
  EXPECT_EQ(right_->signals(), signals::kWritable | signals::kReadable);
  EXPECT_EQ(read_text(*right_), "two");
  EXPECT_EQ(right_->signals(), signals::kWritable);
}

TEST_F(ChannelTest, EmptyMessageIsAMessage) {
  ASSERT_TRUE(left_->write(message("")));
  EXPECT_EQ(read_text(*right_), "");
  EXPECT_EQ(read_status(*right_), Status::ShouldWait);
}

TEST_F(ChannelTest, MessageTooLargeStaysUnlessDiscarded) {
  ASSERT_TRUE(left_->write(message("12345", 2)));
  MessageSize actual;
  for (const MessageSize limits : {MessageSize{4, 64}, MessageSize{5, 1}, MessageSize{0, 0}}) {
    auto got = right_->read(limits, Channel::TooLarge::Keep, &actual);
    EXPECT_EQ(to_status(got), Status::BufferTooSmall);
    EXPECT_EQ(actual, (MessageSize{5, 2}));
  }
  EXPECT_EQ(right_->message_count(), 1u);
  actual = {};
  auto got = right_->read({4, 64}, Channel::TooLarge::Discard, &actual);
  EXPECT_EQ(to_status(got), Status::BufferTooSmall);
  EXPECT_EQ(actual, (MessageSize{5, 2}));
  EXPECT_EQ(right_->signals(), signals::kWritable);
  EXPECT_EQ(read_status(*right_), Status::ShouldWait);
}

TEST_F(ChannelTest, QueuedMessagesOutliveTheirWriter) {
  ASSERT_TRUE(left_->write(message("last words")));
  close_left();
  EXPECT_EQ(right_->signals(), signals::kReadable | signals::kPeerClosed);
  EXPECT_EQ(to_status(right_->write(message("hello?"))), Status::PeerClosed);
  EXPECT_EQ(read_text(*right_), "last words");
  EXPECT_EQ(read_status(*right_), Status::PeerClosed);
  EXPECT_EQ(right_->signals(), signals::kPeerClosed);
  EXPECT_EQ(right_->related_koid(), left_->koid());
}

TEST_F(ChannelTest, MessagesForAClosedEndAreDestroyed) {
  HandlePair carried = *Channel::create();
  const auto far_end = object_cast<Channel>(carried.second.object());
  MessagePtr parcel = message("handle inside", 1);
  parcel->handles()[0] = std::move(carried.first);
  ASSERT_TRUE(left_->write(std::move(parcel)));
  EXPECT_EQ(far_end->signals(), signals::kWritable);
  close_right();
  EXPECT_EQ(far_end->signals(), signals::kPeerClosed);
  EXPECT_EQ(left_->signals(), signals::kPeerClosed);
}

TEST_F(ChannelTest, HandlesTravelWithTheirRights) {
  HandlePair carried = *Channel::create();
  MessagePtr parcel = message("", 1);
  parcel->handles()[0] = carried.first.duplicate(rights::kRead);
  ASSERT_TRUE(left_->write(std::move(parcel)));
  EXPECT_EQ(carried.first.object()->handle_count(), 2u);
  MessageSize actual;
  MessagePtr got = *right_->read(kMaxMessage, Channel::TooLarge::Keep, &actual);
  ASSERT_EQ(got->handles().size(), 1u);
  EXPECT_EQ(got->handles()[0].object(), carried.first.object());
  EXPECT_EQ(got->handles()[0].rights(), rights::kRead);
  got.reset();
  EXPECT_EQ(carried.first.object()->handle_count(), 1u);
}

TEST_F(ChannelTest, OnlyTheOwnerReadsAndWrites) {
  constexpr Koid kOwner = 5000;
  constexpr Koid kOther = 5001;
  MessageSize actual;
  left_->set_owner(kOwner);
  EXPECT_EQ(to_status(left_->write(message("x"), kOther)), Status::BadHandle);
  EXPECT_TRUE(left_->write(message("x"), kOwner));
  right_->set_owner(kOther);
  EXPECT_EQ(to_status(right_->read(kMaxMessage, Channel::TooLarge::Keep, &actual, kOwner)),
            Status::BadHandle);
  EXPECT_TRUE(right_->read(kMaxMessage, Channel::TooLarge::Keep, &actual, kOther));
  right_->set_owner(kNoKoid);
  EXPECT_EQ(to_status(right_->read(kMaxMessage, Channel::TooLarge::Keep, &actual, kOther)),
            Status::BadHandle);
}

TEST_F(ChannelTest, CarriedHandleNeedsTransferAndMayNotBeThisEnd) {
  EXPECT_TRUE(left_->check_carried(pair_->second));
  EXPECT_EQ(to_status(left_->check_carried(pair_->first)), Status::NotSupported);
  const Handle fixed(pair_->second.object(), rights::kIo);
  EXPECT_EQ(to_status(left_->check_carried(fixed)), Status::AccessDenied);
}

TEST_F(ChannelTest, SignalsToThePeer) {
  EXPECT_TRUE(user_signal_peer(*left_, 0, 1u << 24));
  EXPECT_EQ(right_->signals(), signals::kWritable | 1u << 24);
  EXPECT_EQ(left_->signals(), signals::kWritable);
  EXPECT_EQ(to_status(user_signal_peer(*left_, 0, signals::kSignaled)), Status::InvalidArgs);
  close_right();
  EXPECT_EQ(to_status(user_signal_peer(*left_, 0, signals::kReadable)), Status::InvalidArgs);
  EXPECT_EQ(to_status(user_signal_peer(*left_, 0, 1u << 24)), Status::PeerClosed);
}

TEST_F(ChannelTest, ClosingAChainOfNestedChannelsNeedsNoStackAndComesInPortions) {
  // Each channel is queued in the next one's queue; dropping the last drops all.
  constexpr int kDepth = 100'000;
  Handle inner;
  for (int i = 0; i < kDepth; ++i) {
    HandlePair pair = *Channel::create();
    MessagePtr parcel = message("", 1);
    parcel->handles()[0] = std::move(inner);
    ASSERT_TRUE(object_cast<Channel>(pair.first.object())->write(std::move(parcel)));
    inner = std::move(pair.second);
  }
  const uint64_t before = KernelObject::live_count();
  inner.close();
  const uint64_t after = KernelObject::live_count();
  EXPECT_LT(after, before);
  EXPECT_GT(after, before - 2000);
  // What is destroyed next does not wait behind the rest.
  HandlePair other = *Channel::create();
  MessagePtr parcel = message("", 1);
  parcel->handles()[0] = std::move(other.first);
  parcel.reset();
  EXPECT_EQ(other.second.object()->signals(), signals::kPeerClosed);
  other.second.close();
  EXPECT_EQ(machine_.run_until_idle(), sim::Stop::Idle);
  EXPECT_EQ(KernelObject::live_count(), 2u);
}

TEST_F(ChannelTest, ManyUnreadMessagesAreDestroyedInPortions) {
  for (int i = 0; i < 5000; ++i) ASSERT_TRUE(left_->write(message("x")));
  const size_t before = sim::live_heap_blocks();
  close_right();
  EXPECT_GT(sim::live_heap_blocks(), before - 2000);
  EXPECT_EQ(machine_.run_until_idle(), sim::Stop::Idle);
  EXPECT_LE(sim::live_heap_blocks(), before - 5000);
}

TEST_F(ChannelTest, MessageInACycleWithItsChannelGoesWhenItIsRead) {
  MessagePtr parcel = message("yourself", 1);
  parcel->handles()[0] = std::move(pair_->second);
  ASSERT_TRUE(left_->write(std::move(parcel)));
  MessageSize actual;
  MessagePtr got = *right_->read(kMaxMessage, Channel::TooLarge::Keep, &actual);
  EXPECT_EQ(got->handles()[0].object(), right_.get());
  got.reset();
  EXPECT_EQ(left_->signals(), signals::kPeerClosed);
}

TEST(MessageTest, SizesAreLimited) {
  EXPECT_EQ(to_status(MessagePacket::create({65537, 0})), Status::OutOfRange);
  EXPECT_EQ(to_status(MessagePacket::create({0, 65})), Status::OutOfRange);
  for (const uint32_t bytes : {0u, 1u, 64u, 4096u, 65536u}) {
    auto made = MessagePacket::create({bytes, 64});
    ASSERT_TRUE(made);
    memset((*made)->bytes().data(), 0xa5, bytes);
    EXPECT_EQ((*made)->size(), (MessageSize{bytes, 64}));
    EXPECT_FALSE((*made)->handles()[63]);
  }
}

TEST(MessageTest, SmallMessagesAreOneAllocation) {
  sim::fail_allocation(0);
  MessagePtr small = message("text", 2);
  EXPECT_EQ(sim::allocations_since_arm(), 1u);
}

TEST(MessageTest, ShortOfMemory) {
  const size_t before = sim::live_heap_blocks();
  for (const MessageSize size : {MessageSize{64, 1}, MessageSize{65536, 64}}) {
    const uint64_t failures = sim::for_each_allocation_failure([&] {
      const auto made = MessagePacket::create(size);
      EXPECT_EQ(to_status(made), sim::allocation_has_failed() ? Status::NoMemory : Status::Ok);
    });
    EXPECT_EQ(failures, size.bytes > 4096 ? 2u : 1u);
  }
  EXPECT_EQ(sim::for_each_allocation_failure([&] {
              const auto made = Channel::create();
              EXPECT_EQ(to_status(made),
                        sim::allocation_has_failed() ? Status::NoMemory : Status::Ok);
            }),
            3u);
  EXPECT_EQ(sim::live_heap_blocks(), before);
}

}  // namespace
}  // namespace jacinth
