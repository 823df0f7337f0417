#include "net/inet/inet_address.h"

#include <algorithm>
#include <cstring>

#include "net/message.h"

namespace jacinth::net::inet {

// sockaddr_in:  family, port, address[4],                       8 bytes of nothing
// sockaddr_in6: family, port, flow information[4], address[16], scope[4]
void write_address(const Endpoint& endpoint, bool v6, SocketAddress& out) {
  out = {};
  const uint16_t family = v6 ? kInet6 : kInet;
  memcpy(out.bytes.data(), &family, sizeof(family));
  out.bytes[2] = static_cast<std::byte>(endpoint.port >> 8);
  out.bytes[3] = static_cast<std::byte>(endpoint.port & 0xff);
  if (v6) {
    memcpy(out.bytes.data() + 8, endpoint.address.bytes.data(), 16);
    out.size = kSizeV6;
  } else {
    memcpy(out.bytes.data() + 4, endpoint.address.bytes.data() + 12, 4);
    out.size = kSizeV4;
  }
}

ErrnoOr<Endpoint> read_address(const SocketAddress& from, bool v6) {
  constexpr uint32_t kLeastV6 = 24;  // RFC 2133's, without the scope
  const bool is_v4 = !v6;
  if (from.size < (is_v4 ? kSizeV4 : kLeastV6)) return fail(Errno::INVAL);
  if (from.family() != (is_v4 ? kInet : kInet6)) return fail(Errno::AFNOSUPPORT);
  Endpoint endpoint;
  endpoint.port = static_cast<uint16_t>(static_cast<unsigned>(from.bytes[2]) << 8 |
                                        static_cast<unsigned>(from.bytes[3]));
  if (v6) {
    memcpy(endpoint.address.bytes.data(), from.bytes.data() + 8, 16);
  } else {
    endpoint.address = IpAddress::any_v4();
    memcpy(endpoint.address.bytes.data() + 12, from.bytes.data() + 4, 4);
  }
  return endpoint;
}

}  // namespace jacinth::net::inet
