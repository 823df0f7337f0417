#include "net/inet/udp_socket.h"

#include "net/inet/network_device.h"

namespace jacinth::net::inet {

namespace {
constexpr size_t kMostBytes = 65507;  // what the length in an IPv4 header leaves
}

ErrnoOr<RefPtr<UdpSocket>> UdpSocket::create(Family family, uint32_t flags, const Sender& who) {
  auto end = TRY(UdpEnd::create());
  auto node = TRY(make_socket_node(who.user, who.group));
  const SocketKind kind{.family = family, .type = SocketType::Datagram, .protocol = protocol::kUdp};
  return to_errno(make_ref<UdpSocket>(std::move(node), kind, flags, std::move(end)));
}

UdpSocket::UdpSocket(RefPtr<fs::Node> node, const SocketKind& kind, uint32_t flags,
                     RefPtr<UdpEnd> end)
    : InetSocket(std::move(node), kind, flags, SocketOptions(), udp_ports()), end_(std::move(end)) {
  UdpSocket::options_changed(SocketOptions());
}

UdpSocket::~UdpSocket() {
  ports().release(*this);
  end_->close();
}

void UdpSocket::options_changed(const SocketOptions& options) {
  end_->set_limit(options.receive_buffer);
}

// --- connections ---

ErrnoOr<SocketAddress> UdpSocket::peer_address(bool) {
  const Endpoint peer = remote();
  if (peer.port == 0) return fail(Errno::NOTCONN);
  return shown(peer);
}

void UdpSocket::disconnect() {
  *remote_.lock() = {};
  ports().set_remote(*this, {});
  if (!port_chosen()) {
    ports().release(*this);
  } else if (!address_chosen()) {
    ports().set_address(*this, v6() ? IpAddress::any_v6() : IpAddress::any_v4());
  }
}

ErrnoOr<> UdpSocket::try_connect(const SocketAddress& address) {
  if (address.size < sizeof(uint16_t)) return fail(Errno::INVAL);
  if (address.family() == kUnspecified) {
    disconnect();
    return {};
  }
  const Endpoint to = TRY(destination(address));
  const NetworkDevice* const device = TRY(route(to.address));
  TRY(bind_any());
  if (!address_chosen()) ports().set_address(*this, device->source_for(to.address));
  *remote_.lock() = to;
  ports().set_remote(*this, to);
  return {};
}

exec::Eventually<ErrnoOr<>> UdpSocket::connect(const SocketAddress& address, const Caller&) {
  return try_connect(address);
}

ErrnoOr<> UdpSocket::shutdown(uint32_t how) {
  if (remote().port == 0) return fail(Errno::NOTCONN);
  end_->shutdown(how);
  return {};
}

// --- data ---

ErrnoOr<> UdpSocket::try_send(SendMessage& message) {
  const size_t bytes = message.data.remaining();
  if (bytes > kMostBytes) return fail(Errno::MSGSIZE);
  if ((message.flags & message_flag::kOutOfBand) != 0) return fail(Errno::OPNOTSUPP);
  Endpoint to = remote();
  const bool connected = to.port != 0;
  if (message.to != nullptr) {
    to = TRY(destination(*message.to));
    if (to.port == 0) return fail(Errno::INVAL);
  } else if (!connected) {
    return fail(Errno::DESTADDRREQ);
  }
  if (const Errno error = end_->take_error(); error != Errno{}) return fail(error);
  NetworkDevice* const device = TRY(route(to.address));
  TRY(bind_any());
  if (end_->is_shut(kShutWrite)) return fail(Errno::PIPE);
  fs::IoSource source = message.data;
  PacketPtr datagram = TRY(Packet::copy(source, bytes));
  datagram->from = local();
  if (datagram->from.address.is_any()) datagram->from.address = device->source_for(to.address);
  datagram->to = to;
  message.done = bytes;
  const ErrnoOr<> sent = device->send(std::move(datagram));
  // Who has named no peer does not learn of it.
  if (!sent && connected && message.to == nullptr) end_->set_error(sent.error());
  return {};
}

ErrnoOr<> UdpSocket::try_receive(ReceiveMessage& message) {
  if ((message.flags & message_flag::kOutOfBand) != 0) return fail(Errno::OPNOTSUPP);
  auto packet = end_->next(message);
  if (!packet && packet.error() == Errno::AGAIN && end_->is_shut(kShutRead)) return {};
  if (!packet) return fail(packet.error());
  if (message.from != nullptr) write_address((*packet)->from, v6(), *message.from);
  const bool tells_place = inet_option(InetOptions::Which::PacketInfo) != 0 ||
                           inet_option(InetOptions::Which::PacketInfoV6) != 0;
  if (tells_place) message.to = shown((*packet)->to);
  TRY((*packet)->tell(message));
  message.credentials.reset();
  return {};
}

ErrnoOr<> receive_datagram(PacketPtr datagram) {
  const auto found = udp_ports().find_hearer(datagram->from, datagram->to);
  if (!found) return fail(Errno::CONNREFUSED);
  static_cast<UdpEnd&>(*found).take(std::move(datagram));
  return {};
}

}  // namespace jacinth::net::inet
