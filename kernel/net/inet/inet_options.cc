#include "net/inet/inet_options.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <string_view>

#include "net/numbers.h"
#include "net/socket_options.h"

namespace jacinth::net::inet {
namespace {

using Which = InetOptions::Which;
constexpr int32_t kAny = 0x7fffffff;

struct Description {
  int32_t level;
  int32_t option;
  int32_t initial;
  int32_t least;
  int32_t most;
  Which which = Which::Other;
  int32_t unset = kAny;  // a value that means the initial one
};

// A yes or no has the range 0 to 1, and takes any number for yes.
constexpr Description kDescriptions[] = {
    {level::kIp, ip_option::kTos, 0, 0, 255},
    {level::kIp, ip_option::kTtl, 64, 1, 255, Which::Other, -1},
    {level::kIp, 6, 0, 0, 1},  // IP_RECVOPTS
    {level::kIp, ip_option::kPacketInfo, 0, 0, 1, Which::PacketInfo},
    {level::kIp, 10, 1, 0, 5},  // IP_MTU_DISCOVER
    {level::kIp, 11, 0, 0, 1},  // IP_RECVERR
    {level::kIp, 12, 0, 0, 1, Which::ReceiveTtl},
    {level::kIp, 13, 0, 0, 1, Which::ReceiveTos},
    {level::kIp, 15, 0, 0, 1},                         // IP_FREEBIND
    {level::kIp, 24, 0, 0, 1},                         // IP_BIND_ADDRESS_NO_PORT
    {level::kIp, 33, 1, 0, 255, Which::Other, -1},     // IP_MULTICAST_TTL
    {level::kIp, 34, 1, 0, 1},                         // IP_MULTICAST_LOOP
    {level::kIpv6, 16, 64, 0, 255, Which::Other, -1},  // IPV6_UNICAST_HOPS
    {level::kIpv6, 18, 1, 0, 255, Which::Other, -1},   // IPV6_MULTICAST_HOPS
    {level::kIpv6, 19, 1, 0, 1},                       // IPV6_MULTICAST_LOOP
    {level::kIpv6, 23, 1, 0, 5},                       // IPV6_MTU_DISCOVER
    {level::kIpv6, 25, 0, 0, 1},                       // IPV6_RECVERR
    {level::kIpv6, ipv6_option::kV6Only, 0, 0, 1, Which::V6Only},
    {level::kIpv6, 49, 0, 0, 1, Which::PacketInfoV6},         // IPV6_RECVPKTINFO
    {level::kIpv6, 51, 0, 0, 1, Which::ReceiveHopLimit},      // IPV6_RECVHOPLIMIT
    {level::kIpv6, 66, 0, 0, 1, Which::ReceiveTrafficClass},  // IPV6_RECVTCLASS
    {level::kIpv6, ipv6_option::kTrafficClass, 0, 0, 255, Which::Other, -1},
    {level::kIpv6, 62, 0, 0, 1},                // IPV6_DONTFRAG
    {level::kUdp, 1, 0, 0, 1, Which::Cork},     // UDP_CORK
    {level::kTcp, 1, 0, 0, 1, Which::NoDelay},  // TCP_NODELAY
    {level::kTcp, 2, 536, 88, 32767},           // TCP_MAXSEG
    {level::kTcp, 3, 0, 0, 1, Which::Cork},     // TCP_CORK
    {level::kTcp, 4, 7200, 1, 32767},           // TCP_KEEPIDLE
    {level::kTcp, 5, 75, 1, 32767},             // TCP_KEEPINTVL
    {level::kTcp, 6, 9, 1, 127},                // TCP_KEEPCNT
    {level::kTcp, 7, 6, 1, 127},                // TCP_SYNCNT
    {level::kTcp, 8, 60, -1, kAny - 1},         // TCP_LINGER2
    {level::kTcp, 9, 0, 0, kAny - 1},           // TCP_DEFER_ACCEPT
    {level::kTcp, 12, 1, 0, 1},                 // TCP_QUICKACK
    {level::kTcp, 18, 0, 0, kAny - 1},          // TCP_USER_TIMEOUT
    {level::kTcp, 23, 0, 0, kAny - 1},          // TCP_FASTOPEN
};

const Description* find(int32_t level, int32_t option) {
  const auto* const found = std::ranges::find_if(kDescriptions, [&](const Description& one) {
    return one.level == level && one.option == option;
  });
  return found == std::end(kDescriptions) ? nullptr : found;
}

size_t index_of(const Description& one) { return static_cast<size_t>(&one - kDescriptions); }

// IP's options may be given in one byte.
ErrnoOr<int32_t> value_of(int32_t level, std::span<const std::byte> value) {
  if (level == level::kIp && !value.empty() && value.size() < sizeof(int32_t))
    return static_cast<int32_t>(value[0]);
  return option_value(value);
}

}  // namespace

InetOptions::InetOptions() {
  static_assert(std::size(kDescriptions) <= kMost);
  values_.fill(0);
  for (const Description& one : kDescriptions) values_[index_of(one)] = one.initial;
}

ErrnoOr<> InetOptions::set(int32_t level, int32_t option, std::span<const std::byte> value) {
  constexpr std::string_view kAlgorithm = "reno";
  if (level == level::kTcp && option == tcp_option::kCongestion) {
    const std::string_view name(reinterpret_cast<const char*>(value.data()), value.size());
    return name.substr(0, name.find('\0')) == kAlgorithm ? ErrnoOr<>() : fail(Errno::NOENT);
  }
  const Description* const one = find(level, option);
  if (one == nullptr) return fail(Errno::NOPROTOOPT);
  int32_t number = TRY(value_of(level, value));
  if (number == one->unset) number = one->initial;
  if (one->least == 0 && one->most == 1) number = number != 0 ? 1 : 0;
  if (number < one->least || number > one->most) return fail(Errno::INVAL);
  values_[index_of(*one)] = number;
  return {};
}

ErrnoOr<size_t> InetOptions::get(int32_t level, int32_t option, std::span<std::byte> out) const {
  if (level == level::kTcp && option == tcp_option::kCongestion) {
    constexpr std::array<char, 16> kName{"reno"};
    return put_option(out, std::as_bytes(std::span(kName)));
  }
  const Description* const one = find(level, option);
  if (one == nullptr) return fail(Errno::NOPROTOOPT);
  return put_option(out, values_[index_of(*one)]);
}

int32_t InetOptions::operator[](Which which) const {
  for (const Description& one : kDescriptions) {
    if (one.which == which) return values_[index_of(one)];
  }
  return 0;
}

}  // namespace jacinth::net::inet
