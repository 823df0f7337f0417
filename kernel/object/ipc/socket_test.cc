#include "object/ipc/socket.h"

#include <gtest/gtest.h>

#include <string>

#include "hal/sim/faults.h"
#include "hal/sim/machine.h"

namespace jacinth {
namespace {

constexpr size_t kCapacity = Socket::kCapacity;

ByteChain chain(std::string_view text) {
  ByteChain bytes;
  EXPECT_TRUE(bytes.append(std::as_bytes(std::span(text))));
  return bytes;
}
std::string text_of(const ByteChain& bytes) {
  std::string text;
  EXPECT_TRUE(bytes.for_each([&](std::span<const std::byte> piece) -> Result<> {
    text.append(reinterpret_cast<const char*>(piece.data()), piece.size());
    return {};
  }));
  return text;
}
std::string pattern(size_t bytes, size_t from = 0) {
  std::string text(bytes, '\0');
  for (size_t i = 0; i < bytes; ++i) text[i] = static_cast<char>((from + i) * 31 >> 3);
  return text;
}

class SocketTest : public testing::TestWithParam<Socket::Mode> {
 protected:
  explicit SocketTest(Socket::Mode mode) : pair_(*Socket::create(mode)) {}
  SocketTest() : SocketTest(GetParam()) {}

  Status write(Socket& end, std::string_view text) { return to_status(end.write(chain(text))); }
  // What could be read, or the error's name.
  std::string read(Socket& end, size_t bytes, Socket::Peek peek = Socket::Peek::No) {
    auto got = end.read(bytes, peek);
    return got ? text_of(*got) : status_name(got.error());
  }

  sim::Machine machine_;
  HandlePair pair_;
  RefPtr<Socket> left_ = object_cast<Socket>(pair_.first.object());
  RefPtr<Socket> right_ = object_cast<Socket>(pair_.second.object());
};
class StreamTest : public SocketTest {
 protected:
  StreamTest() : SocketTest(Socket::Mode::Stream) {}
};
class DatagramTest : public SocketTest {
 protected:
  DatagramTest() : SocketTest(Socket::Mode::Datagram) {}
};

TEST_P(SocketTest, DataArrivesAndShows) {
  EXPECT_EQ(left_->signals(), signals::kWritable);
  EXPECT_EQ(read(*right_, 10), "SHOULD_WAIT");
  EXPECT_EQ(write(*left_, "hello"), Status::Ok);
  EXPECT_EQ(right_->signals(), signals::kWritable | signals::kReadable);
  EXPECT_EQ(left_->signals(), signals::kWritable);
  EXPECT_EQ(read(*right_, 10, Socket::Peek::Yes), "hello");
  EXPECT_EQ(read(*right_, 2, Socket::Peek::Yes), "he");
  EXPECT_EQ(read(*right_, 0), "");
  EXPECT_EQ(read(*right_, 10), "hello");
  EXPECT_EQ(right_->signals(), signals::kWritable);
}

TEST_P(SocketTest, DataOutlivesItsWriter) {
  EXPECT_EQ(write(*left_, "bye"), Status::Ok);
  pair_.first.close();
  EXPECT_EQ(right_->signals(), signals::kReadable | signals::kPeerClosed);
  EXPECT_EQ(write(*right_, "x"), Status::PeerClosed);
  EXPECT_EQ(right_->info().tx_max, 0u);
  EXPECT_EQ(right_->info().rx_size, 3u);
  EXPECT_EQ(read(*right_, 10), "bye");
  EXPECT_EQ(read(*right_, 10), "PEER_CLOSED");
  EXPECT_EQ(right_->signals(), signals::kPeerClosed);
}

TEST_P(SocketTest, ShutdownOfWritingIsHalfAClose) {
  EXPECT_EQ(write(*right_, "last"), Status::Ok);
  EXPECT_TRUE(right_->shutdown(Socket::kShutdownWrite));
  EXPECT_TRUE(right_->shutdown(Socket::kShutdownWrite));
  EXPECT_EQ(right_->signals(), signals::kSocketWriteDisabled);
  EXPECT_EQ(left_->signals(),
            signals::kWritable | signals::kReadable | signals::kSocketPeerWriteDisabled);
  EXPECT_EQ(write(*right_, "more"), Status::BadState);
  EXPECT_EQ(read(*left_, 10), "last");
  EXPECT_EQ(read(*left_, 10), "BAD_STATE");
  EXPECT_EQ(right_->signals(), signals::kSocketWriteDisabled);
  EXPECT_EQ(write(*left_, "still fine"), Status::Ok);
  EXPECT_EQ(read(*right_, 10), "still fine");
}

TEST_P(SocketTest, ShutdownOfReadingIsTheSameFromTheOtherSide) {
  EXPECT_TRUE(left_->shutdown(Socket::kShutdownRead));
  EXPECT_EQ(left_->signals(), signals::kWritable | signals::kSocketPeerWriteDisabled);
  EXPECT_EQ(right_->signals(), signals::kSocketWriteDisabled);
  EXPECT_EQ(write(*right_, "x"), Status::BadState);
  EXPECT_EQ(read(*left_, 1), "BAD_STATE");
}

TEST_P(SocketTest, ShutdownChecksItsBitsAndWorksAlone) {
  EXPECT_EQ(to_status(left_->shutdown(4)), Status::InvalidArgs);
  EXPECT_TRUE(left_->shutdown(0));
  EXPECT_EQ(left_->signals(), signals::kWritable);
  pair_.second.close();
  EXPECT_TRUE(left_->shutdown(Socket::kShutdownRead | Socket::kShutdownWrite));
  EXPECT_EQ(left_->signals(), signals::kPeerClosed | signals::kSocketWriteDisabled |
                                  signals::kSocketPeerWriteDisabled);
  EXPECT_EQ(write(*left_, "x"), Status::PeerClosed);
}

TEST_P(SocketTest, LengthsAreChecked) {
  EXPECT_EQ(left_->room(0), 0u);
  EXPECT_EQ(to_status(left_->room(size_t{1} << 32)), Status::InvalidArgs);
  EXPECT_EQ(to_status(left_->read(size_t{1} << 32)), Status::InvalidArgs);
  EXPECT_EQ(left_->write(ByteChain()), 0u);
}

TEST_P(SocketTest, ThresholdsSignal) {
  EXPECT_TRUE(right_->set_read_threshold(4));
  EXPECT_TRUE(left_->set_write_threshold(kCapacity - 100));
  EXPECT_EQ(left_->signals(), signals::kWritable | signals::kSocketWriteThreshold);
  EXPECT_EQ(write(*left_, "123"), Status::Ok);
  EXPECT_EQ(right_->signals(), signals::kWritable | signals::kReadable);
  EXPECT_EQ(write(*left_, std::string(100, 'x')), Status::Ok);
  EXPECT_EQ(right_->signals(),
            signals::kWritable | signals::kReadable | signals::kSocketReadThreshold);
  EXPECT_EQ(left_->signals(), signals::kWritable);
  EXPECT_EQ(read(*right_, 3), "123");
  EXPECT_EQ(left_->signals(), signals::kWritable | signals::kSocketWriteThreshold);
  EXPECT_TRUE(right_->set_read_threshold(101));
  EXPECT_EQ(right_->signals(), signals::kWritable | signals::kReadable);
  EXPECT_TRUE(right_->set_read_threshold(1));
  EXPECT_TRUE(right_->set_read_threshold(0));
  EXPECT_EQ(right_->signals(), signals::kWritable | signals::kReadable);
  EXPECT_EQ(left_->write_threshold(), kCapacity - 100);
  EXPECT_EQ(right_->read_threshold(), 0u);
  EXPECT_EQ(to_status(left_->set_read_threshold(kCapacity + 1)), Status::InvalidArgs);
  EXPECT_EQ(to_status(left_->set_write_threshold(kCapacity + 1)), Status::InvalidArgs);
  pair_.second.close();
  EXPECT_EQ(to_status(left_->set_write_threshold(kCapacity + 1)), Status::PeerClosed);
  EXPECT_EQ(left_->signals(), signals::kPeerClosed);
}

TEST_P(SocketTest, ShortOfMemory) {
  const size_t before = sim::live_heap_blocks();
  const Socket::Mode mode = GetParam();
  sim::for_each_allocation_failure([mode] {
    auto made = Socket::create(mode);
    if (!made) {
      EXPECT_EQ(made.error(), Status::NoMemory);
      return;
    }
    const auto left = object_cast<Socket>(made->first.object());
    const auto right = object_cast<Socket>(made->second.object());
    for (const size_t length : {100, 100, 9000}) {
      const std::string text = pattern(length);
      ByteChain bytes;
      if (!bytes.append(std::as_bytes(std::span(text)))) return;
      EXPECT_EQ(left->write(std::move(bytes)), length);  // blocks not to be had are done without
    }
    const auto got = right->read(50);
    EXPECT_EQ(right->info().rx_size, !got ? 9200u : mode == Socket::Mode::Stream ? 9150u : 9100u);
    if (!got) EXPECT_EQ(got.error(), Status::NoMemory);
  });
  EXPECT_EQ(sim::live_heap_blocks(), before);
}

INSTANTIATE_TEST_SUITE_P(Modes, SocketTest,
                         testing::Values(Socket::Mode::Stream, Socket::Mode::Datagram));

TEST_F(StreamTest, BytesHaveNoBoundaries) {
  EXPECT_EQ(write(*left_, "one"), Status::Ok);
  EXPECT_EQ(write(*left_, "two"), Status::Ok);
  EXPECT_EQ(read(*right_, 4), "onet");
  EXPECT_EQ(read(*right_, 100), "wo");
}

TEST_F(StreamTest, WriteIsShortWhenThereIsLittleRoom) {
  EXPECT_EQ(left_->write(chain(pattern(kCapacity - 10))), kCapacity - 10);
  EXPECT_EQ(left_->room(4096), 10u);
  EXPECT_EQ(left_->write(chain(pattern(4096, kCapacity - 10))), 10u);
  EXPECT_EQ(left_->signals(), 0u);
  EXPECT_EQ(write(*left_, "x"), Status::ShouldWait);
  EXPECT_EQ(left_->info().tx_size, kCapacity);
  EXPECT_EQ(read(*right_, 2 * kCapacity), pattern(kCapacity));
  EXPECT_EQ(left_->signals(), signals::kWritable);
}

TEST_F(StreamTest, ReadingDoesNotMakeAShutDownEndWritable) {
  EXPECT_EQ(left_->write(chain(pattern(kCapacity))), kCapacity);
  EXPECT_TRUE(left_->shutdown(Socket::kShutdownWrite));
  EXPECT_EQ(read(*right_, kCapacity), pattern(kCapacity));
  EXPECT_EQ(left_->signals(), signals::kSocketWriteDisabled);
}

TEST_F(StreamTest, PiecesOfAllSizesKeepTheirOrder) {
  size_t written = 0;
  size_t done = 0;
  for (int round = 0; round < 3000; ++round) {
    const size_t bytes = 1 + machine_.random().below(machine_.random().one_in(4) ? 9000 : 100);
    const auto count = left_->write(chain(pattern(bytes, written)));
    if (count) written += *count;
    const size_t wanted = 1 + machine_.random().below(6000);
    if (machine_.random().one_in(2)) continue;
    const std::string got = read(*right_, wanted);
    if (got == "SHOULD_WAIT") continue;
    ASSERT_EQ(got, pattern(got.size(), done));
    done += got.size();
    ASSERT_EQ(right_->info().rx_size, written - done);
  }
  EXPECT_GT(done, 1'000'000u);
}

TEST_F(StreamTest, ManySmallWritesShareBlocks) {
  const size_t before = sim::live_heap_blocks();
  for (size_t i = 0; i < 10000; ++i) ASSERT_EQ(write(*left_, pattern(1, i)), Status::Ok);
  EXPECT_LE(sim::live_heap_blocks() - before, 4u);
  EXPECT_EQ(read(*right_, 10000), pattern(10000));
}

TEST_F(StreamTest, InfoShowsBothDirections) {
  EXPECT_EQ(write(*left_, "12345"), Status::Ok);
  EXPECT_EQ(write(*right_, "12"), Status::Ok);
  const Socket::Info info = left_->info();
  EXPECT_EQ(info.options, 0u);
  EXPECT_EQ(info.rx_max, kCapacity);
  EXPECT_EQ(info.rx_size, 2u);
  EXPECT_EQ(info.rx_available, 2u);
  EXPECT_EQ(info.tx_max, kCapacity);
  EXPECT_EQ(info.tx_size, 5u);
}

TEST_F(DatagramTest, EachReadGetsOneDatagramAndLosesItsRest) {
  EXPECT_EQ(write(*left_, "first"), Status::Ok);
  EXPECT_EQ(write(*left_, pattern(10000)), Status::Ok);
  EXPECT_EQ(write(*left_, "third"), Status::Ok);
  EXPECT_EQ(right_->info().options, 1u);
  EXPECT_EQ(right_->info().rx_size, 10010u);
  EXPECT_EQ(right_->info().rx_available, 5u);
  EXPECT_EQ(read(*right_, 100, Socket::Peek::Yes), "first");
  EXPECT_EQ(read(*right_, 2), "fi");
  EXPECT_EQ(right_->info().rx_available, 10000u);
  EXPECT_EQ(read(*right_, 5000), pattern(5000));
  EXPECT_EQ(read(*right_, 100), "third");
  EXPECT_EQ(read(*right_, 100), "SHOULD_WAIT");
}

TEST_F(DatagramTest, WritesAreAllOrNothing) {
  EXPECT_EQ(to_status(left_->room(kCapacity + 1)), Status::OutOfRange);
  EXPECT_EQ(left_->write(chain(pattern(kCapacity - 100))), kCapacity - 100);
  EXPECT_EQ(write(*left_, std::string(101, 'x')), Status::ShouldWait);
  EXPECT_EQ(left_->signals(), 0u);  // so that waiting for WRITABLE is worth it
  EXPECT_EQ(right_->info().rx_size, kCapacity - 100);
  EXPECT_EQ(read(*right_, kCapacity).size(), kCapacity - 100);
  EXPECT_EQ(left_->signals(), signals::kWritable);
  EXPECT_EQ(left_->write(chain(pattern(kCapacity))), kCapacity);
  EXPECT_EQ(left_->signals(), 0u);
}

TEST_F(DatagramTest, TinyDatagramsDoNotTakeMemoryWithoutEnd) {
  size_t count = 0;
  while (write(*left_, "x") == Status::Ok) ++count;
  EXPECT_EQ(count, kCapacity / 64);
  while (read(*right_, 1) == "x") --count;
  EXPECT_EQ(count, 0u);
  EXPECT_EQ(left_->signals(), signals::kWritable);
}

}  // namespace
}  // namespace jacinth
