#include "net/local/local_socket.h"

#include "net/testing.h"

namespace jacinth::net::local {
namespace {

using namespace std::string_view_literals;
using namespace fs::ready;

class LocalSocketTest : public SocketsTest {
 protected:
  RefPtr<Socket> bound(SocketType type, std::string_view name) {
    auto made = world.socket(kLocal, type);
    EXPECT_EQ(world.bind(*made, local_address(name)), kOk);
    return made;
  }
  RefPtr<Socket> listening(std::string_view name, int32_t backlog) {
    auto made = bound(SocketType::Stream, name);
    EXPECT_EQ(world.listen(*made, backlog), kOk);
    return made;
  }
};

TEST_F(LocalSocketTest, PathsAreNodes) {
  const auto one = bound(SocketType::Stream, "/name");
  EXPECT_EQ(world.stat("/name").mode, fs::mode_of(fs::FileType::Socket, 0755));
  const auto other = world.socket(kLocal, SocketType::Stream);
  EXPECT_EQ(world.bind(*other, local_address("/name")), Errno::ADDRINUSE);
  EXPECT_EQ(world.bind(*other, local_address("/missing/name")), Errno::NOENT);
  EXPECT_EQ(world.bind(*one, local_address("/again")), Errno::INVAL);
  EXPECT_EQ(error_of(world.open("/name", fs::open_flags::kReadOnly)), Errno::NXIO);
}

TEST_F(LocalSocketTest, AbstractNamesAreFreeAgain) {
  auto one = bound(SocketType::Stream, "\0abc"sv);
  const auto other = world.socket(kLocal, SocketType::Stream);
  EXPECT_EQ(world.bind(*other, local_address("\0abc"sv)), Errno::ADDRINUSE);
  one = nullptr;
  EXPECT_EQ(world.bind(*other, local_address("\0abc"sv)), kOk);
  // Each type has its own.
  const auto datagrams = bound(SocketType::Datagram, "\0abc"sv);
  EXPECT_EQ(world.connect(*datagrams, local_address("\0nobody"sv)), Errno::CONNREFUSED);
}

TEST_F(LocalSocketTest, NamesThatTheKernelChooses) {
  const auto one = world.socket(kLocal, SocketType::Datagram);
  const auto other = world.socket(kLocal, SocketType::Datagram);
  EXPECT_EQ(world.bind(*one, kNoName), kOk);
  EXPECT_EQ(world.bind(*other, kNoName), kOk);
  EXPECT_EQ(one->address()->size, kHeader + 6);
  EXPECT_NE(one->address()->bytes, other->address()->bytes);
}

TEST_F(LocalSocketTest, Connecting) {
  const auto listener = bound(SocketType::Stream, "/s");
  const auto client = world.socket(kLocal, SocketType::Stream);
  EXPECT_EQ(world.connect(*client, local_address("/s")), Errno::CONNREFUSED);
  EXPECT_EQ(world.listen(*listener, 1), kOk);
  EXPECT_EQ(error_of(world.accept(*listener)), Errno::AGAIN);
  EXPECT_EQ(client->readiness(), kOut | kHangUp);
  EXPECT_EQ(world.connect(*client, local_address("/s")), kOk);
  EXPECT_EQ(listener->readiness(), kIn);
  EXPECT_EQ(world.connect(*client, local_address("/s")), Errno::ISCONN);
  const auto server = world.accept(*listener);
  ASSERT_TRUE(server);
  EXPECT_TRUE(world.send(*client, "hello"));
  EXPECT_EQ(world.receive(**server).text, "hello");
  EXPECT_EQ(client->peer_address()->used().size(), (*server)->address()->used().size());
  EXPECT_EQ((*server)->peer_address()->size, kHeader);
}

TEST_F(LocalSocketTest, WhoMayNotWriteMayNotConnect) {
  const auto listener = listening("/s", 1);
  EXPECT_TRUE(fs::change_mode(world.at("/s"), world.who, 0600));
  world.become(1000, 1000);
  const auto client = world.socket(kLocal, SocketType::Stream);
  EXPECT_EQ(world.connect(*client, local_address("/s")), Errno::ACCES);
}

TEST_F(LocalSocketTest, TypesMustFit) {
  const auto listener = listening("/s", 1);
  const auto packets = world.socket(kLocal, SocketType::SeqPacket);
  EXPECT_EQ(world.connect(*packets, local_address("/s")), Errno::PROTOTYPE);
}

TEST_F(LocalSocketTest, BacklogIsLimited) {
  auto listener = listening("/s", 1);
  std::vector<RefPtr<Socket>> clients;
  for (int i = 0; i < 3; ++i) clients.push_back(world.socket(kLocal, SocketType::Stream));
  EXPECT_EQ(world.connect(*clients[0], local_address("/s")), kOk);
  EXPECT_EQ(world.connect(*clients[1], local_address("/s")), kOk);
  EXPECT_EQ(world.connect(*clients[2], local_address("/s")), Errno::AGAIN);
  EXPECT_TRUE(world.accept(*listener));
  EXPECT_EQ(world.connect(*clients[2], local_address("/s")), kOk);
  listener = nullptr;
  EXPECT_EQ(world.receive(*clients[2]).error, Errno::CONNRESET);
}

exec::Task<void> keep(exec::Eventually<ErrnoOr<>> connecting, Errno& result) {
  result = error_of(co_await std::move(connecting));
}

TEST_F(LocalSocketTest, ConnectorsWaitForRoomUntilTheListenerGoes) {
  auto listener = listening("/s", 0);
  const auto first = world.socket(kLocal, SocketType::Stream);
  EXPECT_EQ(world.connect(*first, local_address("/s")), kOk);
  const auto second = world.socket(kLocal, SocketType::Stream, 0);
  const auto third = world.socket(kLocal, SocketType::Stream, 0);
  Errno results[2] = {Errno::BADF, Errno::BADF};
  exec::Activity activities[2];
  EXPECT_TRUE(activities[0].start(
      [&] { return keep(second->connect(local_address("/s"), world.caller()), results[0]); }));
  world.settle();
  EXPECT_EQ(results[0], Errno::BADF);
  EXPECT_TRUE(world.accept(*listener));
  world.settle();
  EXPECT_EQ(results[0], kOk);
  EXPECT_TRUE(activities[1].start(
      [&] { return keep(third->connect(local_address("/s"), world.caller()), results[1]); }));
  world.settle();
  listener = nullptr;
  world.settle();
  EXPECT_EQ(results[1], Errno::CONNREFUSED);
}

TEST_F(LocalSocketTest, DatagramsByName) {
  const auto receiver = bound(SocketType::Datagram, "/r");
  const auto sender = bound(SocketType::Datagram, "/s");
  const SocketAddress to = local_address("/r");
  const Caller caller = world.caller();
  EXPECT_EQ(*world.send(*sender, "one", nullptr, &to, &caller), 3u);
  const auto got = world.receive(*receiver);
  EXPECT_EQ(got.text, "one");
  EXPECT_EQ(got.from.size, sender->address()->size);
  EXPECT_EQ(error_of(world.send(*sender, "x")), Errno::NOTCONN);
  EXPECT_EQ(world.connect(*sender, to), kOk);
  EXPECT_EQ(*world.send(*sender, "two"), 3u);
}

TEST_F(LocalSocketTest, WhoIsConnectedHearsItsPeerAlone) {
  const auto a = bound(SocketType::Datagram, "/a");
  const auto b = bound(SocketType::Datagram, "/b");
  const auto stranger = world.socket(kLocal, SocketType::Datagram);
  EXPECT_EQ(world.connect(*a, local_address("/b")), kOk);
  EXPECT_EQ(world.connect(*stranger, local_address("/a")), Errno::PERM);
}

TEST_F(LocalSocketTest, FullReceiversHoldUpTheirSenders) {
  auto receiver = bound(SocketType::Datagram, "/r");
  const auto sender = world.socket(kLocal, SocketType::Datagram);
  EXPECT_EQ(world.connect(*sender, local_address("/r")), kOk);
  while (world.send(*sender, std::string(5000, 'x'))) {
  }
  EXPECT_EQ(sender->readiness(), 0u);
  while (world.receive(*receiver).error == kOk) {
  }
  EXPECT_EQ(sender->readiness(), kOut);
  receiver = nullptr;
  EXPECT_EQ(error_of(world.send(*sender, "x")), Errno::CONNREFUSED);
  EXPECT_EQ(error_of(world.send(*sender, "x")), Errno::NOTCONN);
}

}  // namespace
}  // namespace jacinth::net::local
