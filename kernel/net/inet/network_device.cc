#include "net/inet/network_device.h"

#include <array>

#include "net/inet/udp_socket.h"

namespace jacinth::net::inet {
namespace {

// "lo": what is sent has arrived.
class Loopback final : public NetworkDevice {
 public:
  std::string_view name() const override { return "lo"; }
  uint32_t index() const override { return 1; }
  uint32_t mtu() const override { return 65536; }
  uint32_t flags() const override { return kUp | kLoopback | kRunning; }
  std::span<const Address> addresses() const override {
    static constexpr std::array<Address, 2> kAddresses{{
        {.address = IpAddress::loopback_v4(), .prefix_bits = 8},
        {.address = IpAddress::loopback_v6(), .prefix_bits = 128},
    }};
    return kAddresses;
  }
  IpAddress source_for(const IpAddress& to) const override {
    return to.is_v4() ? IpAddress::loopback_v4() : IpAddress::loopback_v6();
  }
  ErrnoOr<> send(PacketPtr datagram) override { return receive_datagram(std::move(datagram)); }
};

constinit Loopback the_loopback;
constinit NetworkDevice* const all_devices[] = {&the_loopback};

}  // namespace

std::span<NetworkDevice* const> devices() { return all_devices; }
NetworkDevice& loopback() { return the_loopback; }

ErrnoOr<NetworkDevice*> route(const IpAddress& to) {
  if (is_own(to)) return &the_loopback;
  return fail(Errno::NETUNREACH);
}

bool is_own(const IpAddress& address) { return address.is_loopback(); }

IpAddress resolve_any(const IpAddress& to) {
  if (to == IpAddress::any_v4()) return IpAddress::loopback_v4();
  if (to == IpAddress::any_v6()) return IpAddress::loopback_v6();
  return to;
}

}  // namespace jacinth::net::inet
