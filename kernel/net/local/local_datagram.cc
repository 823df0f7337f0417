#include "net/local/local_datagram.h"

namespace jacinth::net::local {

ErrnoOr<RefPtr<LocalDatagram>> LocalDatagram::create(uint32_t flags, const Sender& who) {
  auto end = TRY(DatagramEnd::create());
  auto node = TRY(make_socket_node(who.user, who.group));
  const SocketKind kind{.family = kLocal, .type = SocketType::Datagram};
  return to_errno(make_ref<LocalDatagram>(std::move(node), kind, flags, std::move(end)));
}

LocalDatagram::LocalDatagram(RefPtr<fs::Node> node, const SocketKind& kind, uint32_t flags,
                             RefPtr<DatagramEnd> end)
    : LocalSocket(std::move(node), kind, flags, SocketOptions()), end_(std::move(end)) {
  LocalDatagram::options_changed(SocketOptions());
}

LocalDatagram::~LocalDatagram() {
  give_up_name();
  end_->close();
  note_closed();
}

void LocalDatagram::options_changed(const SocketOptions& options) {
  end_->set_limit(options.send_buffer);
  end_->set_pass_credentials(options.pass_credentials);
}

ErrnoOr<SocketAddress> LocalDatagram::peer_address(bool) {
  const auto peer = end_->connected_to();
  if (!peer) return fail(Errno::NOTCONN);
  SocketAddress shown = kNoName;
  if (const auto name = peer->local_name()) name->write_to(shown);
  return shown;
}

ErrnoOr<> LocalDatagram::try_connect(const SocketAddress& address, const Caller& caller) {
  if (address.family() == kUnspecified) return end_->connect(nullptr);
  TRY(name_if_seen());
  auto found = TRY(find(address, SocketType::Datagram, caller));
  return end_->connect(static_ref_cast<DatagramEnd>(std::move(found)));
}

exec::Eventually<ErrnoOr<>> LocalDatagram::connect(const SocketAddress& address,
                                                   const Caller& caller) {
  return try_connect(address, caller);
}

ErrnoOr<> LocalDatagram::shutdown(uint32_t how) {
  end_->shutdown(how);
  return {};
}

ErrnoOr<> LocalDatagram::try_send(SendMessage& message) {
  if ((message.flags & message_flag::kOutOfBand) != 0) return fail(Errno::OPNOTSUPP);
  if (message.to == nullptr) return end_->send(message, nullptr);
  TRY(name_if_seen());
  auto found = TRY(find(*message.to, SocketType::Datagram, *message.caller));
  return end_->send(message, static_ref_cast<DatagramEnd>(std::move(found)));
}

ErrnoOr<> LocalDatagram::try_receive(ReceiveMessage& message) {
  if ((message.flags & message_flag::kOutOfBand) != 0) return fail(Errno::OPNOTSUPP);
  return end_->receive(message);
}

void LocalDatagram::visit_parcels(ParcelVisitor& visitor) {
  end_->for_each_parcel([&](const FileParcel& parcel) { visitor.visit(parcel); });
}

void LocalDatagram::surrender(PacketQueue& to) {
  PacketQueue taken = end_->take_all();
  to.append(taken);
}

}  // namespace jacinth::net::local
