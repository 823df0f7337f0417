// AF_NETLINK, as far as NETLINK_ROUTE tells which interfaces and addresses there are: what C
// libraries ask in getifaddrs() and getaddrinfo().
#pragma once

#include "net/inet/udp_end.h"
#include "net/socket.h"

namespace jacinth::net::netlink {

// What is sent to it are requests to the kernel; the answers lie in its queue at once.
class NetlinkSocket final : public Socket {
 public:
  static ErrnoOr<RefPtr<NetlinkSocket>> create(SocketType type, uint32_t flags, const Sender& who);

  ErrnoOr<> bind(const SocketAddress& given, const Caller& caller) override;
  ErrnoOr<SocketAddress> address() override;
  ErrnoOr<SocketAddress> peer_address(bool even_over) override;
  exec::Eventually<ErrnoOr<>> connect(const SocketAddress& given, const Caller& caller) override;
  ErrnoOr<> shutdown(uint32_t) override { return fail(Errno::OPNOTSUPP); }
  KernelObject& poll_object() override { return *end_; }

 private:
  template <typename T, typename... Args>
  friend Result<RefPtr<T>> jacinth::make_ref(Args&&...);
  NetlinkSocket(RefPtr<fs::Node> node, const SocketKind& kind, uint32_t flags,
                RefPtr<inet::UdpEnd> end, uint32_t port);

  ErrnoOr<> try_send(SendMessage& message) override;
  ErrnoOr<> try_receive(ReceiveMessage& message) override;
  ErrnoOr<> set_other_option(int32_t, int32_t, std::span<const std::byte> value,
                             const Caller&) override;
  ErrnoOr<size_t> bytes_to_read() override { return end_->bytes_to_read(); }
  SocketAddress shown(uint32_t port) const;

  const RefPtr<inet::UdpEnd> end_;
  std::atomic<uint32_t> port_;  // the number that answers are addressed to
};

// Answers the requests in `requests`, one after the other, each with one datagram given to
// `reply(PacketPtr)`. EINVAL: none at all; ENOMEM.
class Replies {
 public:
  virtual void add(PacketPtr reply) = 0;

 protected:
  ~Replies() = default;
};
ErrnoOr<> answer_requests(std::span<const std::byte> requests, uint32_t port, Replies& replies);

}  // namespace jacinth::net::netlink
