// Channels, sockets and fifos with every allocation failing in turn: nothing on its way is lost.
#include <zircon/syscalls/channel.h>

#include "zircon/failing/testing.h"

namespace jacinth::zircon {
namespace {

using namespace testing;

constexpr uint32_t kReadable = 1u << 0;
constexpr uint32_t kPeerClosed = 1u << 2;

// Channel ends in words 0 and 1; in data the handles of `count` event pairs, whose other ends are
// in the words from 8 on.
Steps channel_and_handles(Program& p, int count) {
  co_await p.ok(number::kChannelCreate, 0, p.at(0), p.at(1));
  for (int i = 0; i < count; ++i) {
    co_await p.ok(number::kEventpairCreate, 0, p.at(7), p.at(8 + i));
    co_await p.write<HandleValue>(p.data(i * sizeof(HandleValue)), co_await p.handle(7));
  }
}

TEST(FailingMessages, WriteQueuesNothing) {
  each_failure(2, [](Program& p) -> Steps {
    co_await channel_and_handles(p, 0);
    const HandleValue end = co_await p.handle(0);
    if (co_await p.failing(number::kChannelWrite, end, 0, p.data(), 9000, 0, 0) ==
        Status::NoMemory) {
      EXPECT_EQ(co_await p.signals(co_await p.handle(1)) & kReadable, 0u);
      EXPECT_EQ(co_await p.call(number::kChannelWrite, end, 0, p.data(), 9000, 0, 0), Status::Ok);
    }
    EXPECT_EQ(co_await p.signals(co_await p.handle(1)) & kReadable, kReadable);
  });
}

// A failed write closes the handles it was given: so the ABI has it for every failure.
TEST(FailingMessages, WriteConsumesHandles) {
  each_failure(1, [](Program& p) -> Steps {
    co_await channel_and_handles(p, 3);
    const HandleValue end = co_await p.handle(0);
    if (co_await p.failing(number::kChannelWrite, end, 0, p.data(), 64, p.data(), 3) !=
        Status::NoMemory)
      co_return;
    EXPECT_EQ(co_await p.signals(co_await p.handle(1)) & kReadable, 0u);
    for (int i = 0; i < 3; ++i) {
      EXPECT_EQ(co_await p.signals(co_await p.handle(8 + i)) & kPeerClosed, kPeerClosed);
    }
  });
}

TEST(FailingMessages, WriteEtcConsumesMovedHandlesAlone) {
  each_failure(1, [](Program& p) -> Steps {
    co_await channel_and_handles(p, 1);
    const HandleValue moved = co_await p.read<HandleValue>(p.data());
    co_await p.write(p.data(),
                     zx_handle_disposition_t{ZX_HANDLE_OP_MOVE, moved, 0, rights::kSame, 0});
    co_await p.write(p.data(sizeof(zx_handle_disposition_t)),
                     zx_handle_disposition_t{ZX_HANDLE_OP_DUPLICATE, p.event, 0, rights::kSame, 0});
    std::ignore = co_await p.failing(number::kChannelWriteEtc, co_await p.handle(0), 0, p.data(),
                                     16, p.data(), 2);
    EXPECT_EQ(co_await p.call(number::kHandleClose, moved), Status::BadHandle);
    EXPECT_EQ(co_await p.call(number::kHandleClose, p.event), Status::Ok);
  });
}

// Reading makes room for handles before it takes the message.
template <uint32_t kCall, typename Told>
void read_keeps_the_message() {
  each_failure(1, [](Program& p) -> Steps {
    co_await channel_and_handles(p, 3);
    co_await p.write<uint32_t>(p.data(64), 0xabcd);
    EXPECT_EQ(
        co_await p.call(number::kChannelWrite, co_await p.handle(0), 0, p.data(64), 4, p.data(), 3),
        Status::Ok);
    const HandleValue end = co_await p.handle(1);
    if (co_await p.failing(kCall, end, 0, p.data(128), p.data(256), 4, 3, p.at(4), p.at(5)) ==
        Status::NoMemory) {
      EXPECT_EQ(co_await p.signals(end) & kReadable, kReadable);
      EXPECT_EQ(co_await p.signals(co_await p.handle(8)) & kPeerClosed, 0u);
      EXPECT_EQ(co_await p.call(kCall, end, 0, p.data(128), p.data(256), 4, 3, p.at(4), p.at(5)),
                Status::Ok);
    }
    EXPECT_EQ(co_await p.read<uint32_t>(p.data(128)), 0xabcdu);
    for (int i = 0; i < 3; ++i) {
      const auto got = co_await p.read<HandleValue>(p.data(256 + i * sizeof(Told)));
      EXPECT_EQ(co_await p.call(number::kHandleClose, got), Status::Ok);
      EXPECT_EQ(co_await p.signals(co_await p.handle(8 + i)) & kPeerClosed, kPeerClosed);
    }
  });
}
TEST(FailingMessages, ReadKeepsTheMessage) {
  read_keeps_the_message<number::kChannelRead, HandleValue>();
}
TEST(FailingMessages, ReadEtcKeepsTheMessage) {
  read_keeps_the_message<number::kChannelReadEtc, zx_handle_info_t>();
}

// A call that has not got as far as its request leaves nothing behind.
TEST(FailingMessages, CallSendsItsRequestOrNothing) {
  each_failure(2, [](Program& p) -> Steps {
    co_await channel_and_handles(p, 1);
    zx_channel_call_args_t args{};
    args.wr_bytes = reinterpret_cast<void*>(raw(p.data(1024)));
    args.wr_handles = reinterpret_cast<HandleValue*>(raw(p.data()));
    args.wr_num_bytes = 6000;
    args.wr_num_handles = 1;
    co_await p.write(p.data(512), args);
    const Status status = co_await p.failing<Status::TimedOut>(
        number::kChannelCallNoretry, co_await p.handle(0), 0, 0, p.data(512), p.at(4), p.at(5));
    EXPECT_EQ(co_await p.call(number::kChannelCallFinish, 0, p.data(512), p.at(4), p.at(5)),
              Status::BadState)
        << "a call is pending";
    const uint32_t seen = co_await p.signals(co_await p.handle(1));
    if (status == Status::TimedOut) EXPECT_EQ(seen & kReadable, kReadable);
    // The handle has gone into the request or nowhere.
    EXPECT_EQ(co_await p.call(number::kHandleClose, co_await p.read<HandleValue>(p.data())),
              Status::BadHandle);
  });
}

template <uint32_t kOptions>
void socket_write_is_all_or_nothing() {
  each_failure(3, [](Program& p) -> Steps {
    co_await p.ok(number::kSocketCreate, kOptions, p.at(0), p.at(1));
    const HandleValue end = co_await p.handle(0);
    if (co_await p.failing(number::kSocketWrite, end, 0, p.data(), 20000, p.at(2)) ==
        Status::NoMemory) {
      EXPECT_EQ(co_await p.signals(co_await p.handle(1)) & kReadable, 0u);
      EXPECT_EQ(co_await p.call(number::kSocketWrite, end, 0, p.data(), 20000, p.at(2)),
                Status::Ok);
    }
    EXPECT_EQ(co_await p.word(2), 20000u);
    EXPECT_EQ(
        co_await p.call(number::kSocketRead, co_await p.handle(1), 0, p.data(), 30000, p.at(3)),
        Status::Ok);
    EXPECT_EQ(co_await p.word(3), 20000u);
  });
}
TEST(FailingMessages, StreamSocketWriteIsAllOrNothing) { socket_write_is_all_or_nothing<0>(); }
TEST(FailingMessages, DatagramSocketWriteIsAllOrNothing) { socket_write_is_all_or_nothing<1>(); }

template <uint32_t kReadOptions>
void socket_read_loses_nothing() {
  each_failure(1, [](Program& p) -> Steps {
    co_await p.ok(number::kSocketCreate, 0, p.at(0), p.at(1));
    co_await p.ok(number::kSocketWrite, co_await p.handle(0), 0, p.data(), 20000, p.at(2));
    const HandleValue end = co_await p.handle(1);
    if (co_await p.failing(number::kSocketRead, end, kReadOptions, p.data(), 3000, p.at(2)) ==
        Status::NoMemory) {
      EXPECT_EQ(co_await p.call(number::kSocketRead, end, kReadOptions, p.data(), 3000, p.at(2)),
                Status::Ok);
    }
    EXPECT_EQ(co_await p.word(2), 3000u);
    EXPECT_EQ(co_await p.call(number::kSocketRead, end, 0, p.data(), 30000, p.at(2)), Status::Ok);
    constexpr bool kPeeked = kReadOptions != 0;
    EXPECT_EQ(co_await p.word(2), kPeeked ? 20000u : 17000u);
  });
}
TEST(FailingMessages, SocketReadLosesNothing) { socket_read_loses_nothing<0>(); }
TEST(FailingMessages, SocketPeekTakesNothing) { socket_read_loses_nothing<8>(); }

TEST(FailingMessages, FifosNeedNoMemory) {
  needs_no_memory([](Program& p) -> Steps {
    co_await p.ok(number::kFifoCreate, 64, 8, 0, p.at(0), p.at(1));
    EXPECT_EQ(
        co_await p.failing(number::kFifoWrite, co_await p.handle(0), 8, p.data(), 64, p.at(2)),
        Status::Ok);
  });
}

}  // namespace
}  // namespace jacinth::zircon
