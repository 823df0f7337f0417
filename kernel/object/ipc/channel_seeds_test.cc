// Channels under concurrency: whatever the schedule, nothing is lost, doubled, reordered or leaked.
#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <map>
#include <optional>

#include "exec/activity.h"
#include "hal/sim/faults.h"
#include "hal/sim/machine.h"
#include "hal/sim/seeds.h"
#include "object/ipc/channel.h"
#include "object/ipc/ipc_test_support.h"

namespace jacinth {
namespace {

struct Words {
  uint32_t txid;
  uint32_t sender;
  uint32_t number;
};

MessagePtr message(Words words, uint32_t handles = 0) {
  return *MessagePacket::create(std::as_bytes(std::span(&words, 1)), handles);
}
Words words_of(MessagePacket& message) {
  Words words;
  memcpy(&words, message.bytes().data(), sizeof words);
  return words;
}
Channel& end_of(const Handle& handle) { return static_cast<Channel&>(*handle.object()); }
Result<MessagePtr> read(Channel& end) {
  MessageSize actual;
  return end.read(kMaxMessage, Channel::TooLarge::Keep, &actual);
}

constexpr uint32_t kMessages = 12;

exec::Task<void> write_all(Channel& end, uint32_t sender) {
  for (uint32_t i = 0; i < kMessages; ++i) {
    EXPECT_TRUE(end.write(message({0, sender, i})));
    if (i % 4 == 0) co_await exec::yield();
  }
}

exec::Task<void> read_all(Channel& end, std::map<uint32_t, uint32_t>& next) {
  for (;;) {
    auto got = read(end);
    if (got) {
      const Words words = words_of(**got);
      EXPECT_EQ(words.number, next[words.sender]++);
      continue;
    }
    if (got.error() == Status::PeerClosed) co_return;
    EXPECT_EQ(got.error(), Status::ShouldWait);
    EXPECT_EQ(co_await wait_for(end, signals::kReadable | signals::kPeerClosed), Status::Ok);
  }
}

exec::Task<void> close_when_written(Handle& handle, std::span<exec::Activity> writers) {
  for (exec::Activity& writer : writers) {
    while (writer.state() != exec::Activity::State::Finished) co_await exec::yield();
  }
  handle.close();
}

TEST(ChannelSeeds, EachWritersMessagesArriveInOrderAndBeforePeerClosed) {
  sim::for_each_seed(2000, [](uint64_t seed) {
    sim::Machine machine({.seed = seed, .cpus = 4});
    auto [left, right] = *Channel::create();
    std::array<exec::Activity, 3> writers;
    exec::Activity reader;
    exec::Activity closer;
    std::map<uint32_t, uint32_t> next;
    for (uint32_t i = 0; i < writers.size(); ++i)
      ASSERT_TRUE(writers[i].start([&] { return write_all(end_of(left), i); }));
    ASSERT_TRUE(reader.start([&] { return read_all(end_of(right), next); }));
    // Keeps the object alive for the writers' references, as a handle look-up would.
    const RefPtr<KernelObject> kept = left.object();
    ASSERT_TRUE(closer.start([&] { return close_when_written(left, writers); }));
    ASSERT_EQ(machine.run_until_idle(), sim::Stop::Idle);
    for (const uint32_t count : {next[0], next[1], next[2]}) EXPECT_EQ(count, kMessages);
  });
}

// Trusts the signal: reads only when told to, and one message each time.
exec::Task<void> read_when_readable(Channel& end, uint32_t count) {
  for (uint32_t i = 0; i < count; ++i) {
    EXPECT_EQ(co_await wait_for(end, signals::kReadable), Status::Ok);
    EXPECT_EQ(to_status(read(end)), Status::Ok);
  }
}

TEST(ChannelSeeds, ReadableIsNeverMissing) {
  sim::for_each_seed(2000, [](uint64_t seed) {
    sim::Machine machine({.seed = seed, .cpus = 2});
    auto [left, right] = *Channel::create();
    exec::Activity writer;
    exec::Activity reader;
    ASSERT_TRUE(writer.start([&] { return write_all(end_of(left), 0); }));
    ASSERT_TRUE(reader.start([&] { return read_when_readable(end_of(right), kMessages); }));
    ASSERT_EQ(machine.run_until_idle(), sim::Stop::Idle);
    ASSERT_EQ(reader.state(), exec::Activity::State::Finished);
    EXPECT_EQ(end_of(right).signals(), signals::kWritable);
  });
}

exec::Task<void> write_until_closed(Channel& end, int& written) {
  for (;;) {
    HandlePair inner = *Channel::create();
    MessagePtr parcel = message({0, 0, 0}, 2);
    parcel->handles()[0] = std::move(inner.first);
    parcel->handles()[1] = std::move(inner.second);
    const Status status = to_status(end.write(std::move(parcel)));
    if (status == Status::PeerClosed) co_return;
    EXPECT_EQ(status, Status::Ok);
    ++written;
    co_await exec::yield();
  }
}

exec::Task<void> read_some_and_close(Handle& handle, int count) {
  for (int i = 0; i < count; ++i) {
    const auto got = read(end_of(handle));
    if (!got) EXPECT_EQ(got.error(), Status::ShouldWait);
    co_await exec::yield();
  }
  handle.close();
}

TEST(ChannelSeeds, ClosingWhileOthersWriteLeaksNothing) {
  sim::for_each_seed(2000, [](uint64_t seed) {
    const size_t before = sim::live_heap_blocks();
    const uint64_t objects = KernelObject::live_count();
    {
      sim::Machine machine({.seed = seed, .cpus = 3});
      auto [left, right] = *Channel::create();
      exec::Activity one;
      exec::Activity two;
      exec::Activity reader;
      int written = 0;
      ASSERT_TRUE(one.start([&] { return write_until_closed(end_of(left), written); }));
      ASSERT_TRUE(two.start([&] { return write_until_closed(end_of(left), written); }));
      ASSERT_TRUE(reader.start([&] { return read_some_and_close(right, 5); }));
      ASSERT_EQ(machine.run_until_idle(), sim::Stop::Idle);
      EXPECT_EQ(end_of(left).signals(), signals::kPeerClosed);
    }
    EXPECT_EQ(sim::live_heap_blocks(), before);
    EXPECT_EQ(KernelObject::live_count(), objects);
  });
}

// --- calls ---

constexpr uint32_t kCalls = 4;

struct Caller : exec::Activity {
  exec::Task<void> run(Channel& end, uint32_t id) {
    for (uint32_t i = 0; i < kCalls; ++i) {
      auto reply = co_await end.call(waiter, message({0, id, i}), kForever);
      while (to_status(reply) == Status::InternalIntrRetry) {
        clear_interrupt();
        reply = co_await waiter.resume(kForever);
      }
      EXPECT_FALSE(waiter.pending());
      last = to_status(reply);
      if (!reply) co_return;
      EXPECT_EQ(words_of(**reply).sender, id);
      EXPECT_EQ(words_of(**reply).number, i);
      ++replies;
    }
  }
  MessageWaiter waiter;
  uint32_t replies = 0;
  Status last = Status::Ok;
};

// Answers `requests` calls, then closes its end.
exec::Task<void> serve(Handle& handle, uint32_t requests) {
  Channel& end = end_of(handle);
  for (uint32_t served = 0; served < requests;) {
    auto request = read(end);
    if (request) {
      if (!end.write(std::move(*request))) break;  // the callers' end has gone
      ++served;
      continue;
    }
    if (request.error() == Status::PeerClosed) break;
    EXPECT_EQ(co_await wait_for(end, signals::kReadable | signals::kPeerClosed), Status::Ok);
  }
  handle.close();
}

exec::Task<void> interrupt_all(std::span<Caller> callers) {
  for (int round = 0; round < 3; ++round) {
    for (Caller& caller : callers) {
      caller.interrupt();
      co_await exec::yield();
    }
  }
}

TEST(ChannelSeeds, EveryCallGetsItsOwnReplyThoughInterrupted) {
  sim::for_each_seed(2000, [](uint64_t seed) {
    sim::Machine machine({.seed = seed, .cpus = 4});
    auto [client, server] = *Channel::create();
    std::array<Caller, 3> callers;
    exec::Activity service;
    exec::Activity pest;
    for (uint32_t i = 0; i < callers.size(); ++i)
      ASSERT_TRUE(callers[i].start([&] { return callers[i].run(end_of(client), i); }));
    ASSERT_TRUE(service.start([&] { return serve(server, kCalls * callers.size()); }));
    ASSERT_TRUE(pest.start([&] { return interrupt_all(callers); }));
    ASSERT_EQ(machine.run_until_idle(), sim::Stop::Idle);
    for (Caller& caller : callers) EXPECT_EQ(caller.replies, kCalls);
    EXPECT_EQ(end_of(client).message_count(), 0u);
  });
}

TEST(ChannelSeeds, PeerClosedDuringCallsEndsThemAll) {
  sim::for_each_seed(2000, [](uint64_t seed) {
    sim::Machine machine({.seed = seed, .cpus = 4});
    auto [client, server] = *Channel::create();
    std::array<Caller, 3> callers;
    exec::Activity service;
    const auto served = static_cast<uint32_t>(machine.random().below(kCalls * callers.size()));
    for (uint32_t i = 0; i < callers.size(); ++i)
      ASSERT_TRUE(callers[i].start([&] { return callers[i].run(end_of(client), i); }));
    ASSERT_TRUE(service.start([&] { return serve(server, served); }));
    ASSERT_EQ(machine.run_until_idle(), sim::Stop::Idle);
    uint32_t replies = 0;
    for (Caller& caller : callers) {
      replies += caller.replies;
      if (caller.replies < kCalls) EXPECT_EQ(caller.last, Status::PeerClosed);
    }
    EXPECT_EQ(replies, served);
  });
}

exec::Task<void> call_once(Channel& end, Instant deadline, bool& replied) {
  MessageWaiter waiter;
  const auto reply = co_await end.call(waiter, message({0, 0, 0}), deadline);
  replied = reply.has_value();
  if (!replied) EXPECT_EQ(reply.error(), Status::TimedOut);
}

TEST(ChannelSeeds, ReplyThatMeetsTheDeadlineIsNotLost) {
  sim::for_each_seed(3000, [](uint64_t seed) {
    sim::Machine machine({.seed = seed, .cpus = 3});
    auto [client, server] = *Channel::create();
    exec::Activity caller;
    exec::Activity service;
    bool replied = false;
    const Instant deadline =
        machine.now() + nanoseconds(static_cast<int64_t>(machine.random().below(4000)));
    ASSERT_TRUE(caller.start([&] { return call_once(end_of(client), deadline, replied); }));
    ASSERT_TRUE(service.start([&] { return serve(server, 1); }));
    ASSERT_EQ(machine.run_until_idle(), sim::Stop::Idle);
    // Either the caller has it, or it is an ordinary message.
    EXPECT_EQ(end_of(client).message_count(), replied ? 0u : 1u);
  });
}

exec::Task<void> close_after(Handle& handle, uint64_t yields) {
  while (yields-- > 0) co_await exec::yield();
  handle.close();
}

TEST(ChannelSeeds, ClosingTheLocalEndCancelsItsCalls) {
  sim::for_each_seed(2000, [](uint64_t seed) {
    sim::Machine machine({.seed = seed, .cpus = 4});
    auto [client, server] = *Channel::create();
    const RefPtr<KernelObject> kept = client.object();
    std::array<Caller, 2> callers;
    exec::Activity service;
    exec::Activity closer;
    for (uint32_t i = 0; i < callers.size(); ++i)
      ASSERT_TRUE(callers[i].start([&] { return callers[i].run(end_of(client), i); }));
    ASSERT_TRUE(service.start([&] { return serve(server, ~0u); }));
    ASSERT_TRUE(closer.start([&] { return close_after(client, machine.random().below(8)); }));
    ASSERT_EQ(machine.run_until_idle(), sim::Stop::Idle);
    for (Caller& caller : callers) {
      if (caller.replies == kCalls) continue;
      // A call made after the close finds the ends cut; one under way is cancelled.
      EXPECT_TRUE(caller.last == Status::Canceled || caller.last == Status::PeerClosed);
    }
  });
}

// --- handles in transit ---

exec::Task<void> bounce(Handle& handle) {
  Channel& end = end_of(handle);
  for (int hops = 0; hops < 6;) {
    auto got = read(end);
    if (got) {
      ++hops;
      if (!end.write(std::move(*got))) break;
      continue;
    }
    if (got.error() == Status::PeerClosed) break;
    EXPECT_EQ(co_await wait_for(end, signals::kReadable | signals::kPeerClosed), Status::Ok);
  }
  handle.close();
}

TEST(ChannelSeeds, HandlesGoWhenTheLastMessageThatHoldsThemGoes) {
  sim::for_each_seed(2000, [](uint64_t seed) {
    sim::Machine machine({.seed = seed, .cpus = 2});
    auto [left, right] = *Channel::create();
    auto [carried, witness] = *Channel::create();
    MessagePtr parcel = message({0, 0, 0}, 1);
    parcel->handles()[0] = std::move(carried);
    ASSERT_TRUE(end_of(left).write(std::move(parcel)));
    exec::Activity one;
    exec::Activity two;
    ASSERT_TRUE(one.start([&] { return bounce(left); }));
    ASSERT_TRUE(two.start([&] { return bounce(right); }));
    ASSERT_EQ(machine.run_until_idle(), sim::Stop::Idle);
    EXPECT_EQ(end_of(witness).signals(), signals::kPeerClosed);
  });
}

TEST(ChannelSeeds, EndsThatCarryEachOtherGoTogether) {
  sim::for_each_seed(1000, [](uint64_t seed) {
    const uint64_t objects = KernelObject::live_count();
    {
      sim::Machine machine({.seed = seed, .cpus = 2});
      auto [a, a_far] = *Channel::create();
      auto [b, b_far] = *Channel::create();
      // a_far's queue holds b, and b_far's queue holds a: closing the far ends frees all four.
      MessagePtr first = message({0, 0, 0}, 1);
      first->handles()[0] = b.duplicate(b.rights());
      MessagePtr second = message({0, 0, 0}, 1);
      second->handles()[0] = a.duplicate(a.rights());
      ASSERT_TRUE(end_of(a).write(std::move(first)));
      ASSERT_TRUE(end_of(b).write(std::move(second)));
      a.close();
      b.close();
      exec::Activity one;
      exec::Activity two;
      ASSERT_TRUE(one.start([&] { return close_after(a_far, 0); }));
      ASSERT_TRUE(two.start([&] { return close_after(b_far, 0); }));
      ASSERT_EQ(machine.run_until_idle(), sim::Stop::Idle);
    }
    EXPECT_EQ(KernelObject::live_count(), objects);
  });
}

}  // namespace
}  // namespace jacinth
