// What UDP's and TCP's sockets have in common: an address, a port and options.
#pragma once

#include "net/inet/inet_options.h"
#include "net/inet/port_table.h"
#include "net/socket.h"

namespace jacinth::net::inet {

class InetSocket : public Socket, public PortUser {
 public:
  ErrnoOr<> bind(const SocketAddress& address, const Caller& caller) final;
  ErrnoOr<SocketAddress> address() final;
  RefPtr<KernelObject> end() final { return RefPtr<KernelObject>(&poll_object()); }

 protected:
  InetSocket(RefPtr<fs::Node> node, const SocketKind& kind, uint32_t flags,
             const SocketOptions& options, PortTable& ports)
      : Socket(std::move(node), kind, flags, options), ports_(ports) {}

  bool v6() const { return socket_kind().family == kInet6; }
  PortTable& ports() const { return ports_; }
  Endpoint local() const { return ports_.local(*this); }
  int32_t inet_option(InetOptions::Which which) { return (*inet_options_.lock())[which]; }
  // Gives it a port when it has none. EAGAIN: none is free.
  ErrnoOr<> bind_any();
  // Where to send what is meant for `address`. EINVAL, EAFNOSUPPORT; ENETUNREACH: an IPv4 address,
  // and the socket has IPv6 only; EACCES: a broadcast.
  ErrnoOr<Endpoint> destination(const SocketAddress& address);
  SocketAddress shown(const Endpoint& endpoint) const;
  // Whether the program itself has chosen the address, or the port.
  bool address_chosen() const { return address_chosen_.load(std::memory_order_relaxed); }
  bool port_chosen() const { return port_chosen_.load(std::memory_order_relaxed); }

  ErrnoOr<> set_other_option(int32_t which, int32_t option, std::span<const std::byte> value,
                             const Caller& caller) override;
  ErrnoOr<size_t> get_other_option(int32_t which, int32_t option,
                                   std::span<std::byte> out) override;
  // Whether it may be bound still.
  virtual bool is_unconnected() = 0;
  void copy_inet_options(const InetSocket& from) {
    const InetOptions copied = *from.inet_options_.lock();
    *inet_options_.lock() = copied;
  }

 private:
  ErrnoOr<> take_port(const Endpoint& wanted);
  bool has_level(int32_t which) const;

  PortTable& ports_;
  mutable Guarded<InetOptions, LockRank::NetSocket> inet_options_;
  std::atomic<bool> address_chosen_{false};
  std::atomic<bool> port_chosen_{false};
};

}  // namespace jacinth::net::inet
