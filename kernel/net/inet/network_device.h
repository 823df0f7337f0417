// NetworkDevice: a way to other machines, or back to this one.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "net/inet/inet_address.h"
#include "net/packet.h"

namespace jacinth::net::inet {

// What sockets need to know of a device, and all that they know: they ask route() for the one that
// leads to an address, and give it what they send. A driver for a real card derives its own, hands
// what comes in to receive_datagram(), and needs a TCP that makes segments; streams to this
// machine's own addresses need none (tcp_socket.h) and never get here.
class NetworkDevice {
 public:
  // Bits of flags(), Linux's.
  static constexpr uint32_t kUp = 0x1, kLoopback = 0x8, kRunning = 0x40, kLowerUp = 0x10000;

  virtual std::string_view name() const = 0;
  virtual uint32_t index() const = 0;  // from 1
  virtual uint32_t mtu() const = 0;    // bytes
  virtual uint32_t flags() const = 0;
  // This machine's addresses on it, and how many of their bits are the network's.
  struct Address {
    IpAddress address;
    uint8_t prefix_bits;
  };
  virtual std::span<const Address> addresses() const = 0;
  // The address that what is sent to `to` comes from, when its sender has none.
  virtual IpAddress source_for(const IpAddress& to) const = 0;

  // Sends a datagram, of which `from` and `to` are set. ECONNREFUSED: known to have been refused.
  // No lock held.
  virtual ErrnoOr<> send(PacketPtr datagram) = 0;

 protected:
  ~NetworkDevice() = default;
};

std::span<NetworkDevice* const> devices();
NetworkDevice& loopback();
// The device that leads to an address. ENETUNREACH.
ErrnoOr<NetworkDevice*> route(const IpAddress& to);
// Whether an address is this machine's own.
bool is_own(const IpAddress& address);
// Where what is sent to "any address" goes.
IpAddress resolve_any(const IpAddress& to);

}  // namespace jacinth::net::inet
