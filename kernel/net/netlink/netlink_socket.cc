#include "net/netlink/netlink_socket.h"

#include <cstring>

namespace jacinth::net::netlink {
namespace {

// Layout of struct sockaddr_nl.
struct NetlinkAddress {
  uint16_t family = kNetlink;
  uint16_t padding = 0;
  uint32_t port = 0;
  uint32_t groups = 0;
};

constexpr size_t kMostRequest = 32768;
constexpr size_t kRoomForAnswers = SocketOptions::kDefaultBuffer;

ErrnoOr<NetlinkAddress> read_address(const SocketAddress& from) {
  NetlinkAddress address;
  if (from.size < sizeof(address)) return fail(Errno::INVAL);
  memcpy(&address, from.bytes.data(), sizeof(address));
  if (address.family != kNetlink) return fail(Errno::INVAL);
  return address;
}

}  // namespace

ErrnoOr<RefPtr<NetlinkSocket>> NetlinkSocket::create(SocketType type, uint32_t flags,
                                                     const Sender& who) {
  auto end = TRY(inet::UdpEnd::create());
  end->set_limit(kRoomForAnswers);
  auto node = TRY(make_socket_node(who.user, who.group));
  const SocketKind kind{.family = kNetlink, .type = type, .protocol = protocol::kNetlinkRoute};
  return to_errno(make_ref<NetlinkSocket>(std::move(node), kind, flags, std::move(end),
                                          static_cast<uint32_t>(who.process)));
}

NetlinkSocket::NetlinkSocket(RefPtr<fs::Node> node, const SocketKind& kind, uint32_t flags,
                             RefPtr<inet::UdpEnd> end, uint32_t port)
    : Socket(std::move(node), kind, flags, SocketOptions()), end_(std::move(end)), port_(port) {}

SocketAddress NetlinkSocket::shown(uint32_t port) const {
  const NetlinkAddress address{.port = port};
  SocketAddress written;
  memcpy(written.bytes.data(), &address, sizeof(address));
  written.size = sizeof(address);
  return written;
}

// Nothing is ever told to groups, so that listening to them is as good as not.
ErrnoOr<> NetlinkSocket::bind(const SocketAddress& given, const Caller&) {
  const NetlinkAddress wanted = TRY(read_address(given));
  if (wanted.port != 0) port_.store(wanted.port, std::memory_order_relaxed);
  return {};
}

ErrnoOr<SocketAddress> NetlinkSocket::address() {
  return shown(port_.load(std::memory_order_relaxed));
}
ErrnoOr<SocketAddress> NetlinkSocket::peer_address(bool) { return shown(0); }

exec::Eventually<ErrnoOr<>> NetlinkSocket::connect(const SocketAddress& given, const Caller&) {
  const auto peer = read_address(given);
  if (!peer) return ErrnoOr<>(fail(peer.error()));
  return peer->port == 0 ? ErrnoOr<>() : fail(Errno::CONNREFUSED);
}

ErrnoOr<> NetlinkSocket::set_other_option(int32_t which, int32_t, std::span<const std::byte> value,
                                          const Caller&) {
  if (which != level::kNetlink) return fail(Errno::NOPROTOOPT);
  TRY(option_value(value));
  return {};
}

ErrnoOr<> NetlinkSocket::try_send(SendMessage& message) {
  if (message.to != nullptr && TRY(read_address(*message.to)).port != 0)
    return fail(Errno::CONNREFUSED);
  const size_t bytes = message.data.remaining();
  if (bytes > kMostRequest) return fail(Errno::MSGSIZE);
  auto request = TRY(to_errno(Vector<std::byte>::with_size(bytes)));
  fs::IoSource source = message.data;
  if (TRY(source.take(request)) != bytes) return fail(Errno::FAULT);
  class Inbox final : public Replies {
   public:
    explicit Inbox(inet::UdpEnd& end) : end_(end) {}
    void add(PacketPtr reply) override { end_.take(std::move(reply)); }

   private:
    inet::UdpEnd& end_;
  } inbox(*end_);
  TRY(answer_requests(request, port_.load(std::memory_order_relaxed), inbox));
  message.done = bytes;
  return {};
}

ErrnoOr<> NetlinkSocket::try_receive(ReceiveMessage& message) {
  PacketPtr packet = TRY(end_->next(message));
  if (message.from != nullptr) *message.from = shown(0);
  TRY(packet->tell(message));
  message.credentials = Sender{};  // the kernel
  return {};
}

}  // namespace jacinth::net::netlink
