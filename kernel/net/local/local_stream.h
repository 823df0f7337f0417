// AF_UNIX streams and sequenced packets.
#pragma once

#include "net/local/local_socket.h"
#include "net/stream_end.h"

namespace jacinth::net::local {

class LocalStream final : public LocalSocket {
 public:
  // Around `end`; null: a new one, not connected.
  static ErrnoOr<RefPtr<LocalStream>> create(SocketType type, uint32_t flags, const Sender& who,
                                             const SocketOptions& options,
                                             RefPtr<StreamEnd> end = nullptr);
  StreamEnd& stream() const { return *end_; }

  ErrnoOr<SocketAddress> peer_address(bool even_over) override;
  exec::Eventually<ErrnoOr<>> connect(const SocketAddress& address, const Caller& caller) override;
  ErrnoOr<> listen(int32_t backlog, const Caller& caller) override;
  ErrnoOr<> shutdown(uint32_t how) override;
  KernelObject& poll_object() override { return *end_; }

 private:
  template <typename T, typename... Args>
  friend Result<RefPtr<T>> jacinth::make_ref(Args&&...);
  LocalStream(RefPtr<fs::Node> node, const SocketKind& kind, uint32_t flags,
              const SocketOptions& options, RefPtr<StreamEnd> end);
  ~LocalStream() override;

  ErrnoOr<> try_send(SendMessage& message) override;
  ErrnoOr<> try_receive(ReceiveMessage& message) override;
  ErrnoOr<RefPtr<Socket>> try_accept(uint32_t flags) override;
  ErrnoOr<> try_connect(StreamEnd& listener, const Sender& who);
  static exec::Task<ErrnoOr<>> connect_slowly(RefPtr<LocalStream> self, RefPtr<StreamEnd> listener,
                                              Sender who);
  void options_changed(const SocketOptions& options) override;
  Errno take_error() override { return end_->take_error(); }
  bool is_listening() override { return end_->state() == StreamEnd::State::Listening; }
  ErrnoOr<Sender> peer_credentials() override;
  ErrnoOr<size_t> bytes_to_read() override;
  ErrnoOr<size_t> bytes_to_send() override;
  void named(const RefPtr<LocalName>& name) override;
  void visit_parcels(ParcelVisitor& visitor) override;
  void surrender(PacketQueue& to) override;

  const RefPtr<StreamEnd> end_;
};

}  // namespace jacinth::net::local
