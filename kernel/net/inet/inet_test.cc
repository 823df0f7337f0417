// TCP and UDP within the machine.
#include "net/inet/tcp_socket.h"
#include "net/testing.h"

namespace jacinth::net::inet {
namespace {

using namespace fs::ready;

class InetTest : public SocketsTest {
 protected:
  static SocketAddress loopback_port(uint16_t port) {
    return inet_address(IpAddress::loopback_v4(), port);
  }
  RefPtr<Socket> listening(int32_t backlog, const IpAddress& address = IpAddress::loopback_v4()) {
    auto made = world.socket(kInet, SocketType::Stream);
    EXPECT_EQ(world.bind(*made, inet_address(address, 0)), kOk);
    EXPECT_EQ(world.listen(*made, backlog), kOk);
    return made;
  }
  SocketPair tcp_pair() {
    const auto listener = listening(1);
    SocketPair ends;
    ends.first = world.socket(kInet, SocketType::Stream);
    EXPECT_EQ(world.connect(*ends.first, loopback_port(port_of(*listener))), Errno::INPROGRESS);
    EXPECT_EQ(world.connect(*ends.first, loopback_port(port_of(*listener))), kOk);
    auto server = world.accept(*listener);
    EXPECT_TRUE(server);
    ends.second = *std::move(server);
    return ends;
  }
  Errno bind_port(SocketType type, const IpAddress& address, uint16_t port) {
    held_.push_back(world.socket(kInet, type));
    return world.bind(*held_.back(), inet_address(address, port));
  }
  std::vector<RefPtr<Socket>> held_;
};

TEST_F(InetTest, ConnectionsHaveTwoAddresses) {
  const auto listener = listening(1, IpAddress::any_v4());
  const auto client = world.socket(kInet, SocketType::Stream);
  EXPECT_EQ(world.connect(*client, loopback_port(port_of(*listener))), Errno::INPROGRESS);
  const auto server = world.accept(*listener);
  ASSERT_TRUE(server);
  EXPECT_EQ(client->address()->bytes, (*server)->peer_address()->bytes);
  EXPECT_EQ(client->peer_address()->bytes, (*server)->address()->bytes);
}

TEST_F(InetTest, NobodyListens) {
  const auto client = world.socket(kInet, SocketType::Stream);
  const uint16_t port = port_of(*listening(1));
  EXPECT_EQ(world.connect(*client, loopback_port(port)), Errno::INPROGRESS);
  EXPECT_EQ(client->readiness(), kIn | kOut | kError | kHangUp | kReadHangUp);
  EXPECT_EQ(world.connect(*client, loopback_port(port)), Errno::CONNREFUSED);
  const auto far = inet_address(IpAddress::v4(192, 0, 2, 1), 80);
  EXPECT_EQ(world.connect(*client, far), Errno::NETUNREACH);
}

TEST_F(InetTest, MoreThanTheBacklogWait) {
  auto listener = listening(0);
  std::vector<RefPtr<Socket>> clients;
  for (int i = 0; i < 3; ++i) {
    clients.push_back(world.socket(kInet, SocketType::Stream));
    EXPECT_EQ(world.connect(*clients[i], loopback_port(port_of(*listener))), Errno::INPROGRESS);
  }
  EXPECT_EQ(clients[0]->readiness(), kOut);
  EXPECT_EQ(clients[1]->readiness(), 0u);
  EXPECT_EQ(world.connect(*clients[1], loopback_port(port_of(*listener))), Errno::ALREADY);
  const auto first = world.accept(*listener);
  EXPECT_TRUE(first);
  EXPECT_EQ(clients[1]->readiness(), kOut);
  EXPECT_EQ(clients[2]->readiness(), 0u);
  listener = nullptr;
  EXPECT_NE(clients[2]->readiness() & kError, 0u);
  EXPECT_EQ(world.receive(*clients[1]).error, Errno::CONNRESET);
}

TEST_F(InetTest, HalfClosed) {
  const SocketPair ends = tcp_pair();
  EXPECT_TRUE(ends.first->shutdown(kShutWrite));
  EXPECT_EQ(ends.second->readiness(), kIn | kOut | kReadHangUp);
  EXPECT_EQ(world.receive(*ends.second).text, "");
  EXPECT_TRUE(world.send(*ends.second, "more"));
  EXPECT_EQ(world.receive(*ends.first).text, "more");
  EXPECT_EQ(error_of(world.send(*ends.first, "x")), Errno::PIPE);
}

TEST_F(InetTest, WritingToOneThatHasGoneWorksOnce) {
  SocketPair ends = tcp_pair();
  ends.second = nullptr;
  EXPECT_EQ(*world.send(*ends.first, "x"), 1u);
  EXPECT_EQ(error_of(world.send(*ends.first, "x")), Errno::PIPE);
}

TEST_F(InetTest, LingeringForNoTimeResets) {
  SocketPair ends = tcp_pair();
  const int32_t linger[2] = {1, 0};
  EXPECT_TRUE(ends.second->set_option(level::kSocket, option::kLinger,
                                      std::as_bytes(std::span(linger)), world.caller()));
  ends.second = nullptr;
  EXPECT_EQ(world.receive(*ends.first).error, Errno::CONNRESET);
  EXPECT_EQ(error_of(ends.first->peer_address()), Errno::NOTCONN);
}

TEST_F(InetTest, PortsBelongToOne) {
  const auto one = listening(1);
  const uint16_t port = port_of(*one);
  EXPECT_EQ(bind_port(SocketType::Stream, IpAddress::loopback_v4(), port), Errno::ADDRINUSE);
  EXPECT_EQ(bind_port(SocketType::Stream, IpAddress::any_v4(), port), Errno::ADDRINUSE);
  EXPECT_EQ(bind_port(SocketType::Datagram, IpAddress::loopback_v4(), port), kOk);
  EXPECT_EQ(bind_port(SocketType::Stream, IpAddress::v4(127, 0, 0, 2), port), kOk);
  EXPECT_EQ(bind_port(SocketType::Stream, IpAddress::v4(10, 0, 0, 1), 0), Errno::ADDRNOTAVAIL);
  world.become(1000, 1000);
  EXPECT_EQ(bind_port(SocketType::Stream, IpAddress::loopback_v4(), 80), Errno::ACCES);
}

TEST_F(InetTest, DatagramsFindTheBestHearer) {
  const auto any = world.socket(kInet, SocketType::Datagram);
  EXPECT_EQ(world.bind(*any, inet_address(IpAddress::any_v4(), 0)), kOk);
  const auto sender = world.socket(kInet, SocketType::Datagram);
  const SocketAddress to = loopback_port(port_of(*any));
  EXPECT_TRUE(world.send(*sender, "to any", nullptr, &to));
  const auto got = world.receive(*any);
  EXPECT_EQ(got.text, "to any");
  EXPECT_EQ(got.from.bytes, inet_address(IpAddress::loopback_v4(), port_of(*sender)).bytes);
  EXPECT_EQ(error_of(world.send(*sender, "x")), Errno::DESTADDRREQ);
  EXPECT_EQ(error_of(world.send(*sender, std::string(65508, 'x'), nullptr, &to)), Errno::MSGSIZE);
}

TEST_F(InetTest, ConnectedSendersLearnThatNobodyHears) {
  const auto sender = world.socket(kInet, SocketType::Datagram);
  uint16_t port = 0;
  {
    const auto gone = world.socket(kInet, SocketType::Datagram);
    EXPECT_EQ(world.bind(*gone, loopback_port(0)), kOk);
    port = port_of(*gone);
  }
  EXPECT_EQ(world.connect(*sender, loopback_port(port)), kOk);
  EXPECT_EQ(*world.send(*sender, "x"), 1u);
  EXPECT_EQ(sender->readiness(), kOut | kError);
  EXPECT_EQ(error_of(world.send(*sender, "x")), Errno::CONNREFUSED);
}

TEST_F(InetTest, DatagramsAreDroppedWhenThereIsNoRoom) {
  const auto receiver = world.socket(kInet, SocketType::Datagram);
  EXPECT_EQ(world.bind(*receiver, loopback_port(0)), kOk);
  const auto sender = world.socket(kInet, SocketType::Datagram);
  EXPECT_EQ(world.connect(*sender, loopback_port(port_of(*receiver))), kOk);
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(*world.send(*sender, std::string(1000, 'x')), 1000u);
  size_t received = 0;
  while (world.receive(*receiver).error == kOk) ++received;
  EXPECT_GE(received, 100u);
  EXPECT_LT(received, 300u);
}

TEST_F(InetTest, SixTakesFourUnlessToldNotTo) {
  const auto six = world.socket(kInet6, SocketType::Stream);
  EXPECT_EQ(world.bind(*six, inet_address(IpAddress::any_v6(), 0, true)), kOk);
  EXPECT_EQ(world.listen(*six, 5), kOk);
  const uint16_t port = port_of(*six);
  EXPECT_EQ(bind_port(SocketType::Stream, IpAddress::loopback_v4(), port), Errno::ADDRINUSE);
  const auto client = world.socket(kInet, SocketType::Stream);
  EXPECT_EQ(world.connect(*client, loopback_port(port)), Errno::INPROGRESS);
  const auto server = world.accept(*six);
  ASSERT_TRUE(server);
  EXPECT_EQ((*server)->peer_address()->bytes,
            inet_address(IpAddress::loopback_v4(), port_of(*client), true).bytes);
  const auto only = world.socket(kInet6, SocketType::Stream);
  const int32_t yes = 1;
  EXPECT_TRUE(only->set_option(level::kIpv6, ipv6_option::kV6Only,
                               std::as_bytes(std::span(&yes, 1)), world.caller()));
  EXPECT_EQ(world.bind(*only, inet_address(IpAddress::any_v6(), 0, true)), kOk);
  EXPECT_EQ(bind_port(SocketType::Stream, IpAddress::loopback_v4(), port_of(*only)), kOk);
}

}  // namespace
}  // namespace jacinth::net::inet
