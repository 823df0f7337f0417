#include "net/inet/inet_socket.h"

#include "fs/node.h"
#include "net/inet/network_device.h"

namespace jacinth::net::inet {
namespace {

constexpr uint64_t kBindService = 1ull << 10;  // CAP_NET_BIND_SERVICE
constexpr uint16_t kFirstUnprivileged = 1024;

}  // namespace

// --- names ---

ErrnoOr<> InetSocket::take_port(const Endpoint& wanted) {
  const SocketOptions now = options();
  const auto taken = ports_.take(*this, {.local = wanted,
                                         .v6_only = inet_option(InetOptions::Which::V6Only) != 0,
                                         .reuse_address = now.reuse_address,
                                         .reuse_port = now.reuse_port,
                                         .user = node().user()});
  if (!taken) return fail(taken.error());
  return {};
}

ErrnoOr<> InetSocket::bind_any() {
  if (local().port != 0) return {};
  const IpAddress any = v6() ? IpAddress::any_v6() : IpAddress::any_v4();
  const ErrnoOr<> taken = take_port({.address = any, .port = 0});
  return taken || local().port != 0 ? ErrnoOr<>() : fail(Errno::AGAIN);
}

ErrnoOr<> InetSocket::bind(const SocketAddress& address, const Caller& caller) {
  Endpoint wanted;
  const bool unspecified = !v6() && address.size >= kSizeV4 && address.family() == kUnspecified;
  if (unspecified) {
    // As old programs have it: any address, if it says just that.
    SocketAddress as_inet = address;
    as_inet.bytes[0] = std::byte{kInet};
    wanted = TRY(read_address(as_inet, false));
    if (wanted.address != IpAddress::any_v4()) return fail(Errno::AFNOSUPPORT);
  } else {
    wanted = TRY(read_address(address, v6()));
  }
  const bool only = inet_option(InetOptions::Which::V6Only) != 0;
  if (v6() && only && wanted.address.is_v4()) return fail(Errno::INVAL);
  if (!wanted.address.is_any() && !is_own(wanted.address)) return fail(Errno::ADDRNOTAVAIL);
  if (wanted.port != 0 && wanted.port < kFirstUnprivileged && !caller.from.who.has(kBindService))
    return fail(Errno::ACCES);
  if (!is_unconnected()) return fail(Errno::INVAL);
  TRY(take_port(wanted));
  address_chosen_.store(!wanted.address.is_any(), std::memory_order_relaxed);
  port_chosen_.store(wanted.port != 0, std::memory_order_relaxed);
  return {};
}

SocketAddress InetSocket::shown(const Endpoint& endpoint) const {
  SocketAddress written;
  write_address(endpoint, v6(), written);
  return written;
}

ErrnoOr<SocketAddress> InetSocket::address() {
  Endpoint own = local();
  if (own.port == 0) own.address = v6() ? IpAddress::any_v6() : IpAddress::any_v4();
  return shown(own);
}

ErrnoOr<Endpoint> InetSocket::destination(const SocketAddress& address) {
  Endpoint to;
  if (v6() && address.size >= kSizeV4 && address.family() == kInet) {
    to = TRY(read_address(address, false));
  } else {
    to = TRY(read_address(address, v6()));
  }
  const bool only = inet_option(InetOptions::Which::V6Only) != 0;
  if (v6() && only && to.address.is_v4()) return fail(Errno::NETUNREACH);
  if (to.address.is_broadcast() && !options().broadcast) return fail(Errno::ACCES);
  to.address = resolve_any(to.address);
  return to;
}

// --- options ---

bool InetSocket::has_level(int32_t which) const {
  if (which == level::kIp) return true;
  if (which == level::kIpv6) return v6();
  return which == (is_stream() ? level::kTcp : level::kUdp);
}

ErrnoOr<> InetSocket::set_other_option(int32_t which, int32_t option,
                                       std::span<const std::byte> value, const Caller&) {
  if (!has_level(which)) return fail(Errno::NOPROTOOPT);
  // It decides which addresses the port covers.
  if (which == level::kIpv6 && option == ipv6_option::kV6Only && local().port != 0)
    return fail(Errno::INVAL);
  return inet_options_.lock()->set(which, option, value);
}

ErrnoOr<size_t> InetSocket::get_other_option(int32_t which, int32_t option,
                                             std::span<std::byte> out) {
  if (!has_level(which)) return fail(which == level::kIpv6 ? Errno::NOPROTOOPT : Errno::OPNOTSUPP);
  return inet_options_.lock()->get(which, option, out);
}

}  // namespace jacinth::net::inet
