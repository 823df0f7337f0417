// Options of IP, IPv6, UDP and TCP.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "base/errno.h"

namespace jacinth::net::inet {

// Most options of these protocols tune what does not exist between two sockets of one machine:
// they are checked, kept and read back. Those that mean something are looked up by name.
class InetOptions {
 public:
  enum class Which : uint8_t {
    V6Only,
    PacketInfo,
    PacketInfoV6,
    ReceiveTtl,
    ReceiveTos,
    ReceiveHopLimit,
    ReceiveTrafficClass,
    NoDelay,
    Cork,
    Other,
  };

  InetOptions();

  // ENOPROTOOPT; EINVAL: too short, or out of range.
  ErrnoOr<> set(int32_t level, int32_t option, std::span<const std::byte> value);
  ErrnoOr<size_t> get(int32_t level, int32_t option, std::span<std::byte> out) const;
  int32_t operator[](Which which) const;

 private:
  static constexpr size_t kMost = 56;
  std::array<int32_t, kMost> values_;
};

// Numbers of single options that others need.
namespace tcp_option {
inline constexpr int32_t kInfo = 11, kCongestion = 13;
}
namespace ip_option {
inline constexpr int32_t kTos = 1, kTtl = 2, kPacketInfo = 8, kMtu = 14;
}
namespace ipv6_option {
inline constexpr int32_t kV6Only = 26, kPacketInfo = 50, kHopLimit = 52, kTrafficClass = 67;
}

}  // namespace jacinth::net::inet
