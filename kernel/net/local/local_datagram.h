// AF_UNIX datagrams.
#pragma once

#include "net/local/datagram_end.h"
#include "net/local/local_socket.h"

namespace jacinth::net::local {

class LocalDatagram final : public LocalSocket {
 public:
  static ErrnoOr<RefPtr<LocalDatagram>> create(uint32_t flags, const Sender& who);
  DatagramEnd& datagrams() const { return *end_; }

  ErrnoOr<SocketAddress> peer_address(bool even_over) override;
  exec::Eventually<ErrnoOr<>> connect(const SocketAddress& address, const Caller& caller) override;
  ErrnoOr<> shutdown(uint32_t how) override;
  KernelObject& poll_object() override { return *end_; }

 private:
  template <typename T, typename... Args>
  friend Result<RefPtr<T>> jacinth::make_ref(Args&&...);
  LocalDatagram(RefPtr<fs::Node> node, const SocketKind& kind, uint32_t flags,
                RefPtr<DatagramEnd> end);
  ~LocalDatagram() override;

  ErrnoOr<> try_connect(const SocketAddress& address, const Caller& caller);
  ErrnoOr<> try_send(SendMessage& message) override;
  ErrnoOr<> try_receive(ReceiveMessage& message) override;
  void options_changed(const SocketOptions& options) override;
  ErrnoOr<Sender> peer_credentials() override { return kNoSender; }
  ErrnoOr<size_t> bytes_to_read() override { return end_->bytes_to_read(); }
  ErrnoOr<size_t> bytes_to_send() override { return end_->bytes_unsent(); }
  void named(const RefPtr<LocalName>& name) override { end_->set_local_name(name); }
  void visit_parcels(ParcelVisitor& visitor) override;
  void surrender(PacketQueue& to) override;

  const RefPtr<DatagramEnd> end_;
};

}  // namespace jacinth::net::local
