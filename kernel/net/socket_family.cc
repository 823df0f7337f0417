#include "net/socket_family.h"

#include "net/inet/tcp_socket.h"
#include "net/inet/udp_socket.h"
#include "net/local/local_datagram.h"
#include "net/local/local_stream.h"
#include "net/netlink/netlink_socket.h"

namespace jacinth::net {
namespace {

constexpr uint32_t kPacketType = 10;      // SOCK_PACKET
constexpr uint32_t kMostTypes = 11;       // SOCK_MAX
constexpr int32_t kMostFamilies = 46;     // AF_MAX
constexpr uint64_t kNetRaw = 1ull << 13;  // CAP_NET_RAW

constexpr uint32_t number(SocketType type) { return static_cast<uint32_t>(type); }

template <typename T>
ErrnoOr<RefPtr<Socket>> as_socket(ErrnoOr<RefPtr<T>> made) {
  if (!made) return fail(made.error());
  return RefPtr<Socket>(*std::move(made));
}

// AF_UNIX takes raw sockets for datagrams, as it always has.
ErrnoOr<SocketType> local_type(uint32_t type, int32_t protocol) {
  if (protocol != protocol::kDefault && protocol != kLocal) return fail(Errno::PROTONOSUPPORT);
  if (type == number(SocketType::Raw)) return SocketType::Datagram;
  if (type == number(SocketType::Stream) || type == number(SocketType::Datagram) ||
      type == number(SocketType::SeqPacket))
    return static_cast<SocketType>(type);
  return fail(Errno::SOCKTNOSUPPORT);
}

ErrnoOr<RefPtr<Socket>> make_local(uint32_t type, int32_t protocol, uint32_t flags,
                                   const Sender& who) {
  const SocketType known = TRY(local_type(type, protocol));
  if (known == SocketType::Datagram) return as_socket(local::LocalDatagram::create(flags, who));
  return as_socket(local::LocalStream::create(known, flags, who, SocketOptions()));
}

ErrnoOr<RefPtr<Socket>> make_inet(Family family, uint32_t type, int32_t protocol, uint32_t flags,
                                  const Caller& caller) {
  constexpr int32_t kMostProtocols = 263;  // IPPROTO_MPTCP, the highest
  if (protocol < 0 || protocol >= kMostProtocols) return fail(Errno::INVAL);
  const bool any = protocol == protocol::kDefault;
  if (type == number(SocketType::Stream)) {
    if (!any && protocol != protocol::kTcp) return fail(Errno::PROTONOSUPPORT);
    return as_socket(inet::TcpSocket::create(family, flags, caller.effective,
                                             inet::TcpSocket::default_options()));
  }
  if (type == number(SocketType::Datagram)) {
    if (!any && protocol != protocol::kUdp) return fail(Errno::PROTONOSUPPORT);
    return as_socket(inet::UdpSocket::create(family, flags, caller.effective));
  }
  if (type != number(SocketType::Raw)) return fail(Errno::SOCKTNOSUPPORT);
  if (any) return fail(Errno::PROTONOSUPPORT);
  return fail(caller.from.who.has(kNetRaw) ? Errno::PROTONOSUPPORT : Errno::PERM);
}

}  // namespace

ErrnoOr<RefPtr<Socket>> make_socket(int32_t family, uint32_t type, int32_t protocol, uint32_t flags,
                                    const Caller& caller) {
  if (family < 0 || family >= kMostFamilies) return fail(Errno::AFNOSUPPORT);
  if (type >= kMostTypes || type == 0) return fail(Errno::INVAL);
  switch (family) {
    case kLocal:
      return make_local(type, protocol, flags, caller.effective);
    case kInet:
    case kInet6:
      if (family == kInet && type == kPacketType) return fail(Errno::AFNOSUPPORT);
      return make_inet(static_cast<Family>(family), type, protocol, flags, caller);
    case kNetlink:
      if (type != number(SocketType::Raw) && type != number(SocketType::Datagram))
        return fail(Errno::SOCKTNOSUPPORT);
      if (protocol != protocol::kNetlinkRoute) return fail(Errno::PROTONOSUPPORT);
      return as_socket(
          netlink::NetlinkSocket::create(static_cast<SocketType>(type), flags, caller.effective));
    default:
      return fail(Errno::AFNOSUPPORT);
  }
}

ErrnoOr<SocketPair> make_socket_pair(int32_t family, uint32_t type, int32_t protocol,
                                     uint32_t flags, const Caller& caller) {
  SocketPair pair;
  pair.first = TRY(make_socket(family, type, protocol, flags, caller));
  pair.second = TRY(make_socket(family, type, protocol, flags, caller));
  if (family != kLocal) return fail(Errno::OPNOTSUPP);
  if (pair.first->socket_kind().type == SocketType::Datagram) {
    auto& first = static_cast<local::LocalDatagram&>(*pair.first).datagrams();
    auto& second = static_cast<local::LocalDatagram&>(*pair.second).datagrams();
    TRY(first.connect(RefPtr<local::DatagramEnd>(&second)));
    TRY(second.connect(RefPtr<local::DatagramEnd>(&first)));
    return pair;
  }
  const Connection::Identity identity{
      .name = nullptr, .address = {}, .credentials = caller.effective};
  TRY(StreamEnd::connect_pair(static_cast<local::LocalStream&>(*pair.first).stream(),
                              static_cast<local::LocalStream&>(*pair.second).stream(), identity));
  return pair;
}

}  // namespace jacinth::net
