#include "net/connection.h"

#include "exec/activity.h"
#include "hal/sim/faults.h"
#include "net/testing.h"

namespace jacinth::net {
namespace {

using namespace fs::ready;
using message_flag::kPeek;
using message_flag::kWaitAll;

class StreamPairTest : public SocketsTest {
 protected:
  StreamPairTest() : ends_(world.pair(SocketType::Stream)) {}
  SocketPair ends_;
};

TEST_F(StreamPairTest, BytesComeInOrderWithoutBorders) {
  EXPECT_EQ(*world.send(*ends_.first, "hello "), 6u);
  EXPECT_EQ(*world.send(*ends_.first, "world"), 5u);
  EXPECT_EQ(world.receive(*ends_.second, 3).text, "hel");
  EXPECT_EQ(world.receive(*ends_.second).text, "lo world");
  EXPECT_EQ(world.receive(*ends_.second).error, Errno::AGAIN);
}

TEST_F(StreamPairTest, PeekingTakesNothing) {
  EXPECT_TRUE(world.send(*ends_.first, "abc"));
  EXPECT_TRUE(world.send(*ends_.first, "def"));
  EXPECT_EQ(world.receive(*ends_.second, 5, kPeek).text, "abcde");
  EXPECT_EQ(world.receive(*ends_.second, 2).text, "ab");
  EXPECT_EQ(world.receive(*ends_.second, 9, kPeek).text, "cdef");
  EXPECT_EQ(world.receive(*ends_.second).text, "cdef");
}

TEST_F(StreamPairTest, ReadinessFollowsWhatIsThere) {
  EXPECT_EQ(ends_.first->readiness(), kOut);
  EXPECT_TRUE(world.send(*ends_.first, "x"));
  EXPECT_EQ(ends_.second->readiness(), kIn | kOut);
  while (world.send(*ends_.first, std::string(10'000, 'x'))) {
  }
  EXPECT_EQ(ends_.first->readiness(), 0u);
  while (world.receive(*ends_.second, 10'000).error == kOk) {
  }
  EXPECT_EQ(ends_.first->readiness(), kOut);
  ends_.first = nullptr;
  EXPECT_EQ(ends_.second->readiness(), kIn | kOut | kHangUp | kReadHangUp);
}

TEST_F(StreamPairTest, BuffersAreLimited) {
  size_t sent = 0;
  for (;;) {
    const auto now = world.send(*ends_.first, std::string(4096, 'x'));
    if (!now) {
      EXPECT_EQ(now.error(), Errno::AGAIN);
      break;
    }
    sent += *now;
  }
  EXPECT_GE(sent, 100'000u);
  EXPECT_LE(sent, SocketOptions::kDefaultBuffer);
}

TEST_F(StreamPairTest, ShutDownDirections) {
  EXPECT_TRUE(world.send(*ends_.first, "before"));
  EXPECT_TRUE(ends_.first->shutdown(kShutWrite));
  EXPECT_EQ(error_of(world.send(*ends_.first, "x")), Errno::PIPE);
  EXPECT_EQ(world.receive(*ends_.second).text, "before");
  const auto end = world.receive(*ends_.second);
  EXPECT_EQ(end.error, kOk);
  EXPECT_EQ(end.text, "");
  EXPECT_TRUE(world.send(*ends_.second, "back"));
  EXPECT_EQ(world.receive(*ends_.first).text, "back");
  EXPECT_TRUE(ends_.second->shutdown(kShutBoth));
  EXPECT_EQ(ends_.first->readiness(), kIn | kOut | kHangUp | kReadHangUp);
}

TEST_F(StreamPairTest, UnreadDataResetsThePeer) {
  EXPECT_TRUE(world.send(*ends_.first, "unread"));
  EXPECT_TRUE(world.send(*ends_.second, "sent"));
  ends_.second = nullptr;
  EXPECT_EQ(world.receive(*ends_.first).text, "sent");
  EXPECT_EQ(world.receive(*ends_.first).error, Errno::CONNRESET);
  EXPECT_EQ(world.receive(*ends_.first).error, kOk);
  EXPECT_EQ(error_of(world.send(*ends_.first, "x")), Errno::PIPE);
}

TEST_F(SocketsTest, RecordsKeepTheirBorders) {
  const SocketPair ends = world.pair(SocketType::SeqPacket);
  EXPECT_TRUE(world.send(*ends.first, "first"));
  EXPECT_TRUE(world.send(*ends.first, ""));
  EXPECT_TRUE(world.send(*ends.first, "third"));
  EXPECT_EQ(world.receive(*ends.second, 5, kPeek).text, "first");
  const auto cut = world.receive(*ends.second, 3);
  EXPECT_EQ(cut.text, "fir");
  EXPECT_EQ(cut.flags, message_flag::kCut);
  EXPECT_EQ(world.receive(*ends.second).error, kOk);
  EXPECT_EQ(world.receive(*ends.second).text, "third");
  EXPECT_EQ(error_of(world.send(*ends.first, std::string(300'000, 'x'))), Errno::MSGSIZE);
}

TEST_F(StreamPairTest, SmallerBuffersHoldLess) {
  const int32_t wanted = 5000;
  EXPECT_TRUE(ends_.first->set_option(level::kSocket, option::kSendBuffer,
                                      std::as_bytes(std::span(&wanted, 1)), world.caller()));
  size_t sent = 0;
  while (const auto now = world.send(*ends_.first, std::string(1000, 'x'))) sent += *now;
  EXPECT_LE(sent, 11'000u);
}

// --- waiting ---

exec::Task<void> keep(fs::File::Transferred transfer, ErrnoOr<size_t>& result) {
  result = co_await std::move(transfer);
}

class BlockingStreamTest : public SocketsTest {
 protected:
  BlockingStreamTest() : ends_(world.pair(SocketType::Stream, 0)) {}
  void start_reading(exec::Activity& activity, std::span<char> to) {
    EXPECT_TRUE(activity.start([&] {
      return keep(ends_.second->read(fs::IoTarget::kernel(std::as_writable_bytes(to)), {}), read_);
    }));
    world.settle();
    EXPECT_EQ(error_of(read_), Errno::BADF);
  }
  SocketPair ends_;
  ErrnoOr<size_t> read_ = fail(Errno::BADF);
};

TEST_F(BlockingStreamTest, ReadersWaitForData) {
  char text[8];
  exec::Activity activity;
  start_reading(activity, text);
  EXPECT_TRUE(world.send(*ends_.first, "data"));
  world.settle();
  EXPECT_EQ(*read_, 4u);
}

TEST_F(BlockingStreamTest, ReadersWaitForTheEnd) {
  char text[8];
  exec::Activity activity;
  start_reading(activity, text);
  ends_.first = nullptr;
  world.settle();
  EXPECT_EQ(*read_, 0u);
}

TEST_F(BlockingStreamTest, InterruptedReadersWantToGoOn) {
  char text[8];
  exec::Activity activity;
  start_reading(activity, text);
  activity.interrupt();
  world.settle();
  EXPECT_EQ(error_of(read_), Errno::RESTARTSYS);
}

TEST_F(BlockingStreamTest, TimeIsLimited) {
  const int64_t time[2] = {0, 1000};
  EXPECT_TRUE(ends_.second->set_option(level::kSocket, option::kReceiveTimeout,
                                       std::as_bytes(std::span(time)), world.caller()));
  char text[8];
  exec::Activity activity;
  EXPECT_TRUE(activity.start([&] {
    return keep(
        ends_.second->read(fs::IoTarget::kernel(std::as_writable_bytes(std::span(text))), {}),
        read_);
  }));
  world.settle();
  EXPECT_EQ(error_of(read_), Errno::AGAIN);
}

TEST_F(BlockingStreamTest, WritersWaitForRoomAndLearnOfTheEnd) {
  const std::string text(1'000'000, 'w');
  ErrnoOr<size_t> written = fail(Errno::BADF);
  exec::Activity activity;
  EXPECT_TRUE(activity.start([&] {
    return keep(ends_.first->write(fs::IoSource::kernel(fs::bytes_of(text)), {}), written);
  }));
  world.settle();
  EXPECT_EQ(error_of(written), Errno::BADF);
  size_t got = 0;
  while (got < 500'000) {
    got += world.receive(*ends_.second, 50'000).text.size();
    world.settle();
  }
  EXPECT_EQ(error_of(written), Errno::BADF);
  ends_.second = nullptr;
  world.settle();
  EXPECT_GE(*written, got);
}

TEST_F(SocketsTest, EveryAllocationMayFail) {
  const auto run = [&] {
    auto made = make_socket_pair(kLocal, static_cast<uint32_t>(SocketType::Stream), 0,
                                 fs::open_flags::kNonBlock, world.caller());
    if (!made) {
      EXPECT_EQ(made.error(), Errno::NOMEM);
      return;
    }
    const auto sent = SocketWorld::send(*made->first, std::string(10'000, 'x'));
    EXPECT_TRUE(sent || sent.error() == Errno::NOMEM);
  };
  EXPECT_GE(sim::for_each_allocation_failure(run), 8u);
}

}  // namespace
}  // namespace jacinth::net
