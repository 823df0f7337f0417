// TCP between sockets of this machine.
#pragma once

#include "net/inet/inet_socket.h"
#include "net/stream_end.h"

namespace jacinth::net::inet {

// Both ends are here, so a connection is a net::Connection: no segments are made, and nothing can
// be lost. It keeps to what TCP's states let programs see. Connections to other machines will have
// their own StreamEnd, which speaks TCP through a NetworkDevice; there is no such device yet, so
// connect() ends with ENETUNREACH.
class TcpSocket final : public InetSocket {
 public:
  // Around `end`; null: a new one, not connected.
  static ErrnoOr<RefPtr<TcpSocket>> create(Family family, uint32_t flags, const Sender& who,
                                           const SocketOptions& options,
                                           RefPtr<StreamEnd> end = nullptr);
  static SocketOptions default_options();

  ErrnoOr<SocketAddress> peer_address(bool even_over) override;
  exec::Eventually<ErrnoOr<>> connect(const SocketAddress& address, const Caller& caller) override;
  ErrnoOr<> listen(int32_t backlog, const Caller& caller) override;
  ErrnoOr<> shutdown(uint32_t how) override;
  KernelObject& poll_object() override { return *end_; }

 private:
  template <typename T, typename... Args>
  friend Result<RefPtr<T>> jacinth::make_ref(Args&&...);
  TcpSocket(RefPtr<fs::Node> node, const SocketKind& kind, uint32_t flags,
            const SocketOptions& options, RefPtr<StreamEnd> end);
  ~TcpSocket() override;

  ErrnoOr<> begin_connecting(const SocketAddress& address);
  ErrnoOr<> connect_now(const SocketAddress& address);
  static exec::Task<ErrnoOr<>> connect_slowly(RefPtr<TcpSocket> self);
  ErrnoOr<> outcome_of_connecting();
  ErrnoOr<> try_send(SendMessage& message) override;
  ErrnoOr<> try_receive(ReceiveMessage& message) override;
  ErrnoOr<RefPtr<Socket>> try_accept(uint32_t flags) override;
  ErrnoOr<size_t> get_other_option(int32_t which, int32_t option,
                                   std::span<std::byte> out) override;
  void options_changed(const SocketOptions& options) override;
  Errno take_error() override { return end_->take_error(); }
  bool is_listening() override { return end_->state() == StreamEnd::State::Listening; }
  ErrnoOr<size_t> bytes_to_read() override;
  ErrnoOr<size_t> bytes_to_send() override;
  bool is_unconnected() override { return end_->state() == StreamEnd::State::Unconnected; }
  uint8_t tcp_state();

  const RefPtr<StreamEnd> end_;
  // connect() has answered EINPROGRESS, and the outcome has not been asked for.
  std::atomic<bool> outcome_due_{false};
};

}  // namespace jacinth::net::inet
