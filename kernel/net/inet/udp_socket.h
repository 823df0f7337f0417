// UDP.
#pragma once

#include "net/inet/inet_socket.h"
#include "net/inet/udp_end.h"

namespace jacinth::net::inet {

class UdpSocket final : public InetSocket {
 public:
  static ErrnoOr<RefPtr<UdpSocket>> create(Family family, uint32_t flags, const Sender& who);

  ErrnoOr<SocketAddress> peer_address(bool even_over) override;
  exec::Eventually<ErrnoOr<>> connect(const SocketAddress& address, const Caller& caller) override;
  ErrnoOr<> shutdown(uint32_t how) override;
  KernelObject& poll_object() override { return *end_; }

 private:
  template <typename T, typename... Args>
  friend Result<RefPtr<T>> jacinth::make_ref(Args&&...);
  UdpSocket(RefPtr<fs::Node> node, const SocketKind& kind, uint32_t flags, RefPtr<UdpEnd> end);
  ~UdpSocket() override;

  ErrnoOr<> try_connect(const SocketAddress& address);
  void disconnect();
  Endpoint remote() { return *remote_.lock(); }
  ErrnoOr<> try_send(SendMessage& message) override;
  ErrnoOr<> try_receive(ReceiveMessage& message) override;
  void options_changed(const SocketOptions& options) override;
  Errno take_error() override { return end_->take_error(); }
  ErrnoOr<size_t> bytes_to_read() override { return end_->bytes_to_read(); }
  ErrnoOr<size_t> bytes_to_send() override { return 0; }
  bool is_unconnected() override { return true; }

  const RefPtr<UdpEnd> end_;
  Guarded<Endpoint, LockRank::NetSocket> remote_;  // port 0: not connected
};

// A datagram has come in, from this machine or another. ECONNREFUSED: nobody hears it.
ErrnoOr<> receive_datagram(PacketPtr datagram);

}  // namespace jacinth::net::inet
