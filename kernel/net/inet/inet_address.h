// Internet addresses and ports.
#pragma once

#include <array>
#include <cstdint>

#include "base/errno.h"

namespace jacinth::net {

struct SocketAddress;

namespace inet {

// An IPv6 address, or an IPv4 one as IPv6 maps it (::ffff:1.2.3.4): so that one socket can have
// both.
struct IpAddress {
  std::array<uint8_t, 16> bytes{};  // in network order

  static constexpr IpAddress v4(uint8_t a, uint8_t b, uint8_t c, uint8_t d) {
    return {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, a, b, c, d}};
  }
  static constexpr IpAddress any_v4() { return v4(0, 0, 0, 0); }
  static constexpr IpAddress any_v6() { return {}; }
  static constexpr IpAddress loopback_v4() { return v4(127, 0, 0, 1); }
  static constexpr IpAddress loopback_v6() {
    return {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}};
  }

  bool is_v4() const {
    for (size_t i = 0; i < 10; ++i) {
      if (bytes[i] != 0) return false;
    }
    return bytes[10] == 0xff && bytes[11] == 0xff;
  }
  bool is_any() const { return *this == any_v4() || *this == any_v6(); }
  bool is_loopback() const { return is_v4() ? bytes[12] == 127 : *this == loopback_v6(); }
  bool is_multicast() const { return is_v4() ? bytes[12] >> 4 == 14 : bytes[0] == 0xff; }
  bool is_broadcast() const { return *this == v4(255, 255, 255, 255); }

  friend bool operator==(const IpAddress&, const IpAddress&) = default;
};

struct Endpoint {
  IpAddress address;
  uint16_t port = 0;  // in host order; 0: none
  friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

inline constexpr uint32_t kSizeV4 = 16;  // of struct sockaddr_in
inline constexpr uint32_t kSizeV6 = 28;  // of struct sockaddr_in6

// As struct sockaddr_in, or sockaddr_in6 for `v6`, in which an IPv4 address shows mapped.
void write_address(const Endpoint& endpoint, bool v6, SocketAddress& out);
// What an address given to a socket of AF_INET6 (`v6`) or AF_INET says. EINVAL: too short;
// EAFNOSUPPORT: of another family.
ErrnoOr<Endpoint> read_address(const SocketAddress& from, bool v6);

}  // namespace inet
}  // namespace jacinth::net
