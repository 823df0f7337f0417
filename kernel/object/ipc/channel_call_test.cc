#include <gtest/gtest.h>

#include <cstring>
#include <optional>

#include "exec/activity.h"
#include "hal/sim/faults.h"
#include "hal/sim/machine.h"
#include "object/ipc/channel.h"

namespace jacinth {
namespace {

MessagePtr request(uint32_t payload) {
  const uint32_t words[2] = {0, payload};
  return *MessagePacket::create(std::as_bytes(std::span(words)));
}
MessagePtr reply(uint32_t txid, uint32_t payload) {
  const uint32_t words[2] = {txid, payload};
  return *MessagePacket::create(std::as_bytes(std::span(words)));
}
uint32_t payload_of(MessagePacket& message) {
  uint32_t payload = 0;
  memcpy(&payload, message.bytes().data() + 4, sizeof payload);
  return payload;
}

// A thread that makes one call, and comes back for its reply when it is told to.
struct Caller : exec::Activity {
  explicit Caller(Channel& end) : channel(&end) {}

  Result<> start_call(Instant deadline = kForever) {
    return start([this, deadline] { return run(deadline); });
  }
  exec::Task<void> run(Instant deadline) {
    outcome = co_await channel->call(waiter, request(7), deadline);
    if (to_status(*outcome) != Status::InternalIntrRetry) co_return;
    interruptions++;
    // Suspended: not interruptible until it is told to go on.
    exec::Waiter pause;
    suspended = &pause;
    EXPECT_EQ(co_await pause.wait(kForever, {}, exec::Interruptible::No), Status::Ok);
    clear_interrupt();
    outcome = co_await waiter.resume(deadline);
  }
  Status status() const { return to_status(*outcome); }

  RefPtr<Channel> channel;
  MessageWaiter waiter;
  std::optional<Result<MessagePtr>> outcome;
  exec::Waiter* suspended = nullptr;
  int interruptions = 0;
};

class ChannelCallTest : public testing::Test {
 protected:
  MessagePtr take_request() {
    MessageSize actual;
    auto got = server_->read(kMaxMessage, Channel::TooLarge::Keep, &actual);
    return got ? std::move(*got) : nullptr;
  }
  Status client_read() {
    MessageSize actual;
    return to_status(client_->read(kMaxMessage, Channel::TooLarge::Keep, &actual));
  }
  void run() { ASSERT_EQ(machine_.run_until_idle(), sim::Stop::Idle); }

  sim::Machine machine_;
  HandlePair pair_ = *Channel::create();
  RefPtr<Channel> client_ = object_cast<Channel>(pair_.first.object());
  RefPtr<Channel> server_ = object_cast<Channel>(pair_.second.object());
};

TEST_F(ChannelCallTest, ReplyGoesToTheCallerNotToTheQueue) {
  Caller caller(*client_);
  ASSERT_TRUE(caller.start_call());
  run();
  MessagePtr got = take_request();
  ASSERT_TRUE(got);
  EXPECT_EQ(payload_of(*got), 7u);
  EXPECT_TRUE((got->txid() & Channel::kKernelTxid) != 0);
  ASSERT_TRUE(server_->write(reply(1234, 1)));  // not the reply: an ordinary message
  ASSERT_TRUE(server_->write(reply(got->txid(), 2)));
  EXPECT_EQ(client_->message_count(), 1u);
  run();
  ASSERT_EQ(caller.status(), Status::Ok);
  EXPECT_EQ(payload_of(**caller.outcome->operator->()), 2u);
  EXPECT_FALSE(caller.waiter.pending());
}

TEST_F(ChannelCallTest, ConcurrentCallsHaveDifferentIdsAndGetTheirOwnReplies) {
  Caller one(*client_);
  Caller two(*client_);
  ASSERT_TRUE(one.start_call());
  ASSERT_TRUE(two.start_call());
  run();
  const uint32_t first = take_request()->txid();
  const uint32_t second = take_request()->txid();
  EXPECT_NE(first, second);
  ASSERT_TRUE(server_->write(reply(second, 22)));
  ASSERT_TRUE(server_->write(reply(first, 11)));
  run();
  EXPECT_EQ(payload_of(**one.outcome->operator->()), 11u);
  EXPECT_EQ(payload_of(**two.outcome->operator->()), 22u);
}

TEST_F(ChannelCallTest, CallsInBothDirectionsAreNotTakenForReplies) {
  Caller forth(*client_);
  Caller back(*server_);
  ASSERT_TRUE(forth.start_call());
  ASSERT_TRUE(back.start_call());
  run();
  EXPECT_EQ(client_->message_count(), 1u);
  EXPECT_EQ(server_->message_count(), 1u);
  EXPECT_FALSE(forth.outcome || back.outcome);
  pair_.second.close();
  run();
  EXPECT_EQ(forth.status(), Status::PeerClosed);
  EXPECT_EQ(back.status(), Status::Canceled);
}

TEST_F(ChannelCallTest, DeadlineEndsTheCallAndTheLateReplyIsAMessage) {
  Caller caller(*client_);
  ASSERT_TRUE(caller.start_call(machine_.now() + seconds(1)));
  run();
  EXPECT_EQ(caller.status(), Status::TimedOut);
  ASSERT_TRUE(server_->write(reply(take_request()->txid(), 2)));
  EXPECT_EQ(client_->signals(), signals::kWritable | signals::kReadable);
}

TEST_F(ChannelCallTest, PastDeadlineStillSendsTheRequest) {
  Caller caller(*client_);
  ASSERT_TRUE(caller.start_call(kNoWait));
  run();
  EXPECT_EQ(caller.status(), Status::TimedOut);
  EXPECT_TRUE(take_request());
}

TEST_F(ChannelCallTest, LastHandleOfTheLocalEndCancels) {
  Caller caller(*client_);
  ASSERT_TRUE(caller.start_call());
  run();
  Handle moved = std::move(pair_.first);  // in transit: the call goes on
  run();
  EXPECT_FALSE(caller.outcome);
  moved.close();
  run();
  EXPECT_EQ(caller.status(), Status::Canceled);
}

TEST_F(ChannelCallTest, PeerClosedBeforeAndWhileWaiting) {
  Caller waiting(*client_);
  ASSERT_TRUE(waiting.start_call());
  run();
  pair_.second.close();
  run();
  EXPECT_EQ(waiting.status(), Status::PeerClosed);
  Caller late(*client_);
  ASSERT_TRUE(late.start_call());
  run();
  EXPECT_EQ(late.status(), Status::PeerClosed);
  EXPECT_FALSE(late.waiter.pending());
}

TEST_F(ChannelCallTest, SuspendedCallerKeepsItsClaimToTheReply) {
  Caller caller(*client_);
  ASSERT_TRUE(caller.start_call());
  run();
  caller.interrupt();
  run();
  ASSERT_EQ(caller.status(), Status::InternalIntrRetry);
  EXPECT_TRUE(caller.waiter.pending());
  ASSERT_TRUE(server_->write(reply(take_request()->txid(), 3)));
  EXPECT_EQ(client_->signals(), signals::kWritable);
  EXPECT_EQ(client_read(), Status::ShouldWait);
  caller.suspended->finish(Status::Ok);
  run();
  ASSERT_EQ(caller.status(), Status::Ok);
  EXPECT_EQ(payload_of(**caller.outcome->operator->()), 3u);
}

TEST_F(ChannelCallTest, ReplyAfterResumingArrives) {
  Caller caller(*client_);
  ASSERT_TRUE(caller.start_call());
  run();
  caller.interrupt();
  run();
  caller.suspended->finish(Status::Ok);
  run();
  EXPECT_EQ(caller.interruptions, 1);
  EXPECT_EQ(caller.status(), Status::InternalIntrRetry);  // of the first part; the second waits
  ASSERT_TRUE(server_->write(reply(take_request()->txid(), 4)));
  run();
  EXPECT_EQ(caller.status(), Status::Ok);
}

TEST_F(ChannelCallTest, EndClosedWhileSuspendedIsLearntOnResuming) {
  Caller caller(*client_);
  ASSERT_TRUE(caller.start_call());
  run();
  caller.interrupt();
  run();
  pair_.second.close();
  caller.suspended->finish(Status::Ok);
  run();
  EXPECT_EQ(caller.status(), Status::PeerClosed);
}

TEST_F(ChannelCallTest, AbandonedCallLeavesTheReplyToTheQueue) {
  {
    MessageWaiter waiter;
    Caller caller(*client_);
    ASSERT_TRUE(caller.start_call());
    run();
    caller.interrupt();
    run();
    caller.waiter.abandon();
    EXPECT_FALSE(caller.waiter.pending());
    caller.suspended->finish(Status::Ok);
    run();
    EXPECT_EQ(caller.status(), Status::BadState);
  }
  ASSERT_TRUE(server_->write(reply(take_request()->txid(), 5)));
  EXPECT_EQ(client_->message_count(), 1u);
}

struct Misuser : exec::Activity {
  explicit Misuser(Channel& end) : channel(end) {}
  exec::Task<void> run() {
    short_request =
        to_status(co_await channel.call(waiter, *MessagePacket::create({3, 0}), kForever));
    nothing_pending = to_status(co_await waiter.resume(kForever));
    foreign = to_status(co_await channel.call(waiter, request(1), kForever, {}, 4711));
    interrupt();
    interrupted = to_status(co_await channel.call(waiter, request(1), kForever));
    second = to_status(co_await channel.call(waiter, request(2), kForever));
  }
  Channel& channel;
  MessageWaiter waiter;
  Status short_request{}, nothing_pending{}, foreign{}, interrupted{}, second{};
};

TEST_F(ChannelCallTest, MisuseIsRefused) {
  Misuser thread(*client_);
  ASSERT_TRUE(thread.start([&] { return thread.run(); }));
  run();
  EXPECT_EQ(thread.short_request, Status::InvalidArgs);
  EXPECT_EQ(thread.nothing_pending, Status::BadState);
  EXPECT_EQ(thread.foreign, Status::BadHandle);
  EXPECT_EQ(thread.interrupted, Status::InternalIntrRetry);
  EXPECT_EQ(thread.second, Status::BadState);
  EXPECT_EQ(server_->message_count(), 1u);
}

}  // namespace
}  // namespace jacinth
