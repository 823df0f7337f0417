#include "net/local/garbage.h"

#include "net/testing.h"

namespace jacinth::net::local {
namespace {

class GarbageTest : public SocketsTest {
 protected:
  void collect() {
    world.settle();
    collect_garbage();
    world.settle();
  }
  // What a program does that passes a descriptor on and closes it.
  static void hand_over(Socket& through, RefPtr<Socket> file) {
    EXPECT_TRUE(SocketWorld::send(through, "f", parcel_of({std::move(file)})));
  }
  const uint64_t before_ = KernelObject::live_count();
};

TEST_F(GarbageTest, FilesArrive) {
  SocketPair ends = world.pair(SocketType::Stream);
  RefPtr<fs::File> file = world.pair(SocketType::Stream).first;
  const auto* const sent = file.get();
  EXPECT_TRUE(world.send(*ends.first, "x", parcel_of({std::move(file)})));
  const auto got = world.receive(*ends.second);
  ASSERT_TRUE(got.files);
  ASSERT_EQ(got.files->files().size(), 1u);
  EXPECT_EQ(got.files->files()[0].get(), sent);
}

TEST_F(GarbageTest, WhatNobodyReceivesGoesWithTheSocket) {
  {
    SocketPair ends = world.pair(SocketType::Stream);
    hand_over(*ends.first, world.pair(SocketType::Datagram).first);
  }
  world.settle();
  EXPECT_EQ(KernelObject::live_count(), before_);
}

TEST_F(GarbageTest, ASocketSentOverItself) {
  for (const SocketType type : {SocketType::Stream, SocketType::Datagram, SocketType::SeqPacket}) {
    SocketPair ends = world.pair(type);
    hand_over(*ends.first, ends.second);
    ends = {};
    collect();
    EXPECT_EQ(KernelObject::live_count(), before_);
  }
}

TEST_F(GarbageTest, ARingOfSockets) {
  {
    constexpr size_t kSize = 10;
    std::vector<SocketPair> ring;
    for (size_t i = 0; i < kSize; ++i) ring.push_back(world.pair(SocketType::Stream));
    for (size_t i = 0; i < kSize; ++i) {
      hand_over(*ring[i].first, ring[(i + 1) % kSize].first);
      hand_over(*ring[i].first, ring[(i + 1) % kSize].second);
    }
  }
  collect();
  EXPECT_EQ(KernelObject::live_count(), before_);
}

TEST_F(GarbageTest, WhatCanBeReachedStays) {
  SocketPair outer = world.pair(SocketType::Stream);
  {
    SocketPair inner = world.pair(SocketType::Stream);
    EXPECT_TRUE(world.send(*inner.second, "still here"));
    hand_over(*inner.second, inner.first);
    hand_over(*outer.first, inner.first);
  }
  collect();
  const auto got = world.receive(*outer.second);
  ASSERT_TRUE(got.files);
  auto& inner = static_cast<Socket&>(*got.files->files()[0]);
  EXPECT_EQ(world.receive(inner, 10).text, "still here");
  EXPECT_TRUE(world.receive(inner).files);
}

TEST_F(GarbageTest, AListenerInAConnectionThatWaitsForIt) {
  {
    auto listener = world.socket(kLocal, SocketType::Stream);
    EXPECT_EQ(world.bind(*listener, local_address("/listener")), kOk);
    EXPECT_EQ(world.listen(*listener, 1), kOk);
    auto client = world.socket(kLocal, SocketType::Stream);
    EXPECT_EQ(world.connect(*client, local_address("/listener")), kOk);
    hand_over(*client, std::move(listener));
  }
  collect();
  EXPECT_EQ(KernelObject::live_count(), before_);
}

TEST_F(GarbageTest, NestedDeeplyWithoutStack) {
  {
    SocketPair innermost = world.pair(SocketType::Datagram);
    RefPtr<Socket> file = innermost.first;
    for (int i = 0; i < 5000; ++i) {
      SocketPair next = world.pair(SocketType::Datagram);
      hand_over(*next.first, std::move(file));
      file = next.second;
    }
  }
  collect();
  EXPECT_EQ(KernelObject::live_count(), before_);
}

TEST_F(GarbageTest, FilesUnderWayAreLimited) {
  SocketPair ends = world.pair(SocketType::Datagram);
  const RefPtr<fs::File> file = ends.first;
  const FilesPtr some = parcel_of({file, file, file});
  EXPECT_EQ(error_of(FileParcel::create({&file, 1}, 2)), Errno::TOOMANYREFS);
  std::vector<RefPtr<fs::File>> many(FileParcel::kMost + 1, file);
  EXPECT_EQ(error_of(FileParcel::create(many, 1000)), Errno::INVAL);
}

}  // namespace
}  // namespace jacinth::net::local
