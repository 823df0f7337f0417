// Sockets and fifos under concurrency: no wake-up is lost, no element read twice.
#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "exec/activity.h"
#include "hal/sim/faults.h"
#include "hal/sim/machine.h"
#include "hal/sim/seeds.h"
#include "object/ipc/fifo.h"
#include "object/ipc/ipc_test_support.h"
#include "object/ipc/socket.h"

namespace jacinth {
namespace {

Socket& socket_of(const Handle& handle) { return static_cast<Socket&>(*handle.object()); }
Fifo& fifo_of(const Handle& handle) { return static_cast<Fifo&>(*handle.object()); }

constexpr size_t kTotal = 600 * 1024;  // more than twice what a socket holds

exec::Task<void> send_bytes(Handle& handle, sim::Random& random) {
  Socket& end = socket_of(handle);
  std::vector<std::byte> piece;
  for (size_t sent = 0; sent < kTotal;) {
    const size_t wanted = 1 + random.below(random.one_in(2) ? 200 : 120'000);
    const auto room = end.room(std::min(wanted, kTotal - sent));
    if (!room) {
      EXPECT_EQ(room.error(), Status::ShouldWait);
      EXPECT_EQ(co_await wait_for(end, signals::kWritable), Status::Ok);
      continue;
    }
    piece.resize(*room);
    for (size_t i = 0; i < piece.size(); ++i) piece[i] = static_cast<std::byte>(sent + i);
    ByteChain data;
    EXPECT_TRUE(data.append(piece));
    const auto written = end.write(std::move(data));
    EXPECT_EQ(written, piece.size());  // the only writer
    sent += piece.size();
  }
  handle.close();
}

exec::Task<void> receive_bytes(Handle& handle, sim::Random& random, size_t& received) {
  Socket& end = socket_of(handle);
  for (;;) {
    const auto got = end.read(1 + random.below(100'000));
    if (!got) {
      if (got.error() == Status::PeerClosed) co_return;
      EXPECT_EQ(got.error(), Status::ShouldWait);
      EXPECT_EQ(co_await wait_for(end, signals::kReadable | signals::kPeerClosed), Status::Ok);
      continue;
    }
    EXPECT_TRUE(got->for_each([&](std::span<const std::byte> piece) -> Result<> {
      for (const std::byte byte : piece) {
        if (byte != static_cast<std::byte>(received++)) return fail(Status::IoDataIntegrity);
      }
      return {};
    }));
  }
}

TEST(StreamSeeds, SocketDeliversEveryByteInOrder) {
  sim::for_each_seed(300, [](uint64_t seed) {
    const size_t before = sim::live_heap_blocks();
    {
      sim::Machine machine({.seed = seed, .cpus = 2});
      auto [left, right] = *Socket::create(Socket::Mode::Stream);
      exec::Activity sender;
      exec::Activity receiver;
      size_t received = 0;
      ASSERT_TRUE(sender.start([&] { return send_bytes(left, machine.random()); }));
      ASSERT_TRUE(receiver.start([&] { return receive_bytes(right, machine.random(), received); }));
      ASSERT_EQ(machine.run_until_idle(), sim::Stop::Idle);
      EXPECT_EQ(received, kTotal);
    }
    EXPECT_EQ(sim::live_heap_blocks(), before);
  });
}

exec::Task<void> send_datagrams(Handle& handle, uint32_t count, size_t bytes) {
  Socket& end = socket_of(handle);
  for (uint32_t i = 0; i < count;) {
    std::vector<std::byte> datagram(bytes, static_cast<std::byte>(i));
    ByteChain data;
    EXPECT_TRUE(data.append(datagram));
    const auto written = end.write(std::move(data));
    if (written) {
      ++i;
      continue;
    }
    EXPECT_EQ(written.error(), Status::ShouldWait);
    EXPECT_EQ(co_await wait_for(end, signals::kWritable), Status::Ok);
  }
}

exec::Task<void> count_datagrams(Handle& handle, uint32_t total, size_t bytes, uint32_t& seen) {
  Socket& end = socket_of(handle);
  while (seen < total) {
    const auto got = end.read(bytes);
    if (got) {
      EXPECT_EQ(got->size(), bytes);
      ++seen;
      continue;
    }
    EXPECT_EQ(got.error(), Status::ShouldWait);
    EXPECT_EQ(co_await wait_for(end, signals::kReadable), Status::Ok);
  }
}

TEST(StreamSeeds, DatagramWritersThatFindNoRoomAreWoken) {
  sim::for_each_seed(500, [](uint64_t seed) {
    constexpr size_t kBytes = 100'000;  // two fit, and room for part of a third remains
    constexpr uint32_t kEach = 5;
    sim::Machine machine({.seed = seed, .cpus = 3});
    auto [left, right] = *Socket::create(Socket::Mode::Datagram);
    std::array<exec::Activity, 2> writers;
    exec::Activity reader;
    uint32_t seen = 0;
    for (exec::Activity& writer : writers)
      ASSERT_TRUE(writer.start([&] { return send_datagrams(left, kEach, kBytes); }));
    ASSERT_TRUE(reader.start([&] { return count_datagrams(right, 2 * kEach, kBytes, seen); }));
    ASSERT_EQ(machine.run_until_idle(), sim::Stop::Idle);
    EXPECT_EQ(seen, 2 * kEach);
  });
}

constexpr uint32_t kElements = 40;

exec::Task<void> send_elements(Handle& handle) {
  Fifo& end = fifo_of(handle);
  for (uint32_t i = 0; i < kElements;) {
    const std::array<uint32_t, 3> some{i, i + 1, i + 2};
    const size_t count = std::min<size_t>(some.size(), kElements - i);
    const auto written = end.write(sizeof(uint32_t), std::as_bytes(std::span(some).first(count)));
    if (written) {
      i += static_cast<uint32_t>(*written);
      continue;
    }
    EXPECT_EQ(written.error(), Status::ShouldWait);
    EXPECT_EQ(co_await wait_for(end, signals::kWritable), Status::Ok);
  }
  handle.close();
}

exec::Task<void> receive_elements(Handle& handle, std::vector<int>& seen) {
  Fifo& end = fifo_of(handle);
  for (;;) {
    std::array<uint32_t, 2> some{};
    const auto peeked = end.peek(sizeof(uint32_t), std::as_writable_bytes(std::span(some)));
    if (!peeked) {
      if (peeked.error() == Status::PeerClosed) co_return;
      EXPECT_EQ(co_await wait_for(end, signals::kReadable | signals::kPeerClosed), Status::Ok);
      continue;
    }
    co_await exec::yield();  // as long as copying to a program may take
    if (!end.consume(*peeked)) continue;
    for (size_t i = 0; i < peeked->count; ++i) ++seen[some[i]];
  }
}

TEST(StreamSeeds, FifoElementsAreReadOnceEach) {
  sim::for_each_seed(2000, [](uint64_t seed) {
    sim::Machine machine({.seed = seed, .cpus = 3});
    auto [left, right] = *Fifo::create({8, sizeof(uint32_t)});
    exec::Activity sender;
    std::array<exec::Activity, 2> receivers;
    std::vector<int> seen(kElements);
    ASSERT_TRUE(sender.start([&] { return send_elements(left); }));
    for (exec::Activity& receiver : receivers)
      ASSERT_TRUE(receiver.start([&] { return receive_elements(right, seen); }));
    ASSERT_EQ(machine.run_until_idle(), sim::Stop::Idle);
    EXPECT_EQ(seen, std::vector<int>(kElements, 1));
  });
}

}  // namespace
}  // namespace jacinth
