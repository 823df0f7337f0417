// Sockets under concurrency: nothing is lost, nothing comes twice, nothing stays behind.
#include <algorithm>

#include "exec/activity.h"
#include "hal/sim/random.h"
#include "hal/sim/seeds.h"
#include "net/local/garbage.h"
#include "net/testing.h"

namespace jacinth::net {
namespace {

constexpr size_t kTotal = 700 * 1024;  // more than a buffer holds

exec::Task<void> send_stream(RefPtr<Socket> end, sim::Random& random) {
  std::string piece;
  for (size_t sent = 0; sent < kTotal;) {
    piece.resize(std::min<size_t>(1 + random.below(100'000), kTotal - sent));
    for (size_t i = 0; i < piece.size(); ++i) piece[i] = static_cast<char>((sent + i) * 7 >> 3);
    const auto done = co_await end->write(fs::IoSource::kernel(fs::bytes_of(piece)), {});
    EXPECT_TRUE(done);
    sent += done.value_or(kTotal);
  }
  EXPECT_TRUE(end->shutdown(kShutWrite));
}

exec::Task<void> receive_stream(RefPtr<Socket> end, sim::Random& random, size_t& received) {
  std::string piece;
  for (;;) {
    piece.resize(1 + random.below(80'000));
    const auto memory = std::as_writable_bytes(std::span(piece));
    const auto got = co_await end->read(fs::IoTarget::kernel(memory), {});
    EXPECT_TRUE(got);
    if (got.value_or(0) == 0) co_return;
    for (size_t i = 0; i < *got; ++i)
      EXPECT_EQ(piece[i], static_cast<char>((received + i) * 7 >> 3));
    received += *got;
  }
}

TEST(SocketSeeds, StreamsLoseNothing) {
  sim::for_each_seed(20, [](uint64_t seed) {
    SocketWorld world({.seed = seed, .cpus = 2});
    sim::Random random(seed);
    SocketPair ends = world.pair(SocketType::Stream, 0);
    size_t received = 0;
    exec::Activity activities[2];
    EXPECT_TRUE(activities[0].start([&] { return send_stream(ends.first, random); }));
    EXPECT_TRUE(activities[1].start([&] { return receive_stream(ends.second, random, received); }));
    world.settle();
    EXPECT_EQ(received, kTotal);
  });
}

exec::Task<void> send_numbers(RefPtr<Socket> end, int count) {
  for (int i = 1; i <= count; ++i) {
    const auto bytes = std::as_bytes(std::span(&i, 1));
    EXPECT_TRUE(co_await end->write(fs::IoSource::kernel(bytes), {}));
  }
}

exec::Task<void> add_numbers(RefPtr<Socket> end, int count, int64_t& sum) {
  for (int i = 0; i < count; ++i) {
    int number = 0;
    const auto memory = std::as_writable_bytes(std::span(&number, 1));
    EXPECT_TRUE(co_await end->read(fs::IoTarget::kernel(memory), {}));
    sum += number;
  }
}

TEST(SocketSeeds, ManySendAndManyReceiveDatagrams) {
  for (const SocketType type : {SocketType::Datagram, SocketType::SeqPacket}) {
    sim::for_each_seed(100, [type](uint64_t seed) {
      SocketWorld world({.seed = seed, .cpus = 3});
      SocketPair ends = world.pair(type, 0);
      int64_t sums[2] = {};
      exec::Activity activities[4];
      EXPECT_TRUE(activities[0].start([&] { return send_numbers(ends.first, 40); }));
      EXPECT_TRUE(activities[1].start([&] { return add_numbers(ends.second, 40, sums[0]); }));
      EXPECT_TRUE(activities[2].start([&] { return send_numbers(ends.first, 40); }));
      EXPECT_TRUE(activities[3].start([&] { return add_numbers(ends.second, 40, sums[1]); }));
      world.settle();
      EXPECT_EQ(sums[0] + sums[1], 2 * 40 * 41 / 2);
    });
  }
}

exec::Task<void> connect_some(SocketWorld& world, SocketAddress to, int count, int& connected) {
  for (int i = 0; i < count; ++i) {
    RefPtr<Socket> client = world.socket(static_cast<Family>(to.family()), SocketType::Stream, 0);
    const auto done = co_await client->connect(to, world.caller());
    if (!done) EXPECT_EQ(done.error(), Errno::CONNREFUSED);
    if (done) ++connected;
    if (!done) co_return;
    co_await exec::yield();
  }
}

exec::Task<void> accept_some(RefPtr<Socket>& listener, int count, int& accepted) {
  for (int i = 0; i < count; ++i) {
    const auto got = co_await listener->accept(0);
    EXPECT_TRUE(got);
    if (got) ++accepted;
  }
  listener = nullptr;
}

// Clients of a listener with little room, which goes before all of them have been accepted.
TEST(SocketSeeds, ConnectingMeetsAcceptingAndClosing) {
  for (const bool tcp : {false, true}) {
    sim::for_each_seed(200, [tcp](uint64_t seed) {
      SocketWorld world({.seed = seed, .cpus = 3});
      const uint64_t before = KernelObject::live_count();
      {
        auto listener = world.socket(tcp ? kInet : kLocal, SocketType::Stream, 0);
        const auto wanted =
            tcp ? inet_address(inet::IpAddress::loopback_v4(), 0) : local_address("/listener");
        EXPECT_EQ(world.bind(*listener, wanted), kOk);
        EXPECT_EQ(world.listen(*listener, 1), kOk);
        const SocketAddress to = *listener->address();
        int connected[2] = {};
        int accepted = 0;
        exec::Activity activities[3];
        EXPECT_TRUE(activities[0].start([&] { return connect_some(world, to, 6, connected[0]); }));
        EXPECT_TRUE(activities[1].start([&] { return accept_some(listener, 8, accepted); }));
        EXPECT_TRUE(activities[2].start([&] { return connect_some(world, to, 6, connected[1]); }));
        world.settle();
        EXPECT_EQ(accepted, 8);
        EXPECT_GE(connected[0] + connected[1], 8);
      }
      world.settle();
      EXPECT_EQ(KernelObject::live_count(), before);
    });
  }
}

exec::Task<void> send_and_forget(SocketWorld& world, int rounds, RefPtr<Socket> shared) {
  for (int i = 0; i < rounds; ++i) {
    SocketPair ends = world.pair(SocketType::Datagram);
    // Over itself, and to somebody who may receive it.
    (void)SocketWorld::send(*ends.first, "x", parcel_of({ends.second, ends.first}));
    (void)SocketWorld::send(*shared, "x", parcel_of({ends.second}));
    ends = {};
    co_await exec::yield();
  }
}

exec::Task<void> receive_and_look(int rounds, RefPtr<Socket> shared) {
  for (int i = 0; i < rounds; ++i) {
    auto got = SocketWorld::receive(*shared);
    if (got.files) {
      auto& inner = static_cast<Socket&>(*got.files->files()[0]);
      auto itself = SocketWorld::receive(inner);
      EXPECT_TRUE(itself.files);  // whoever can be reached has kept what was sent to it
    }
    co_await exec::yield();
  }
}

TEST(SocketSeeds, GarbageIsFoundAndNothingElse) {
  sim::for_each_seed(300, [](uint64_t seed) {
    SocketWorld world({.seed = seed, .cpus = 3});
    const uint64_t before = KernelObject::live_count();
    {
      SocketPair shared = world.pair(SocketType::Datagram);
      exec::Activity activities[3];
      EXPECT_TRUE(activities[0].start([&] { return send_and_forget(world, 8, shared.first); }));
      EXPECT_TRUE(activities[1].start([&] { return receive_and_look(16, shared.second); }));
      EXPECT_TRUE(activities[2].start([&] { return send_and_forget(world, 8, shared.first); }));
      world.settle();
    }
    local::collect_garbage();
    world.settle();
    EXPECT_EQ(KernelObject::live_count(), before);
  });
}

}  // namespace
}  // namespace jacinth::net
