#include "net/local/local_stream.h"

#include <algorithm>

#include "fs/node.h"
#include "hal/clock.h"

namespace jacinth::net::local {
namespace {

Connection::Rules rules_of(SocketType type) {
  return type == SocketType::Stream ? Connection::Rules::LocalStream
                                    : Connection::Rules::LocalRecords;
}

}  // namespace

ErrnoOr<RefPtr<LocalStream>> LocalStream::create(SocketType type, uint32_t flags, const Sender& who,
                                                 const SocketOptions& options,
                                                 RefPtr<StreamEnd> end) {
  if (!end) end = TRY(StreamEnd::create(rules_of(type)));
  auto node = TRY(make_socket_node(who.user, who.group));
  const SocketKind kind{.family = kLocal, .type = type};
  return to_errno(make_ref<LocalStream>(std::move(node), kind, flags, options, std::move(end)));
}

LocalStream::LocalStream(RefPtr<fs::Node> node, const SocketKind& kind, uint32_t flags,
                         const SocketOptions& options, RefPtr<StreamEnd> end)
    : LocalSocket(std::move(node), kind, flags, options), end_(std::move(end)) {
  LocalStream::options_changed(options);
}

LocalStream::~LocalStream() {
  give_up_name();
  end_->close(false);
  note_closed();
}

void LocalStream::options_changed(const SocketOptions& options) {
  end_->set_limits({.send = options.send_buffer, .receive = options.receive_buffer});
  end_->set_pass_credentials(options.pass_credentials);
}

// --- names ---

void LocalStream::named(const RefPtr<LocalName>& name) {
  const auto link = end_->link();
  if (!link.connection) return;
  auto identity = link.connection->identity(link.side);
  identity.name = name;
  link.connection->set_identity(link.side, std::move(identity));
}

ErrnoOr<SocketAddress> LocalStream::peer_address(bool) {
  const auto link = end_->link();
  if (!link.connection) return fail(Errno::NOTCONN);
  SocketAddress shown = kNoName;
  const auto identity = link.connection->identity(1 - link.side);
  if (identity.name) identity.name->write_to(shown);
  return shown;
}

ErrnoOr<Sender> LocalStream::peer_credentials() {
  const auto link = end_->link();
  return link.connection ? link.connection->identity(1 - link.side).credentials : kNoSender;
}

// --- connections ---

ErrnoOr<> LocalStream::listen(int32_t backlog, const Caller& caller) {
  auto name = local_name();
  if (!name) return fail(Errno::INVAL);
  const uint32_t most = std::min(static_cast<uint32_t>(backlog), kMostBacklog);
  return end_->listen(most,
                      {.name = std::move(name), .address = {}, .credentials = caller.effective});
}

ErrnoOr<> LocalStream::try_connect(StreamEnd& listener, const Sender& who) {
  TRY(end_->begin_connecting());
  const ErrnoOr<> done =
      end_->connect(listener, {.name = local_name(), .address = {}, .credentials = who}, {});
  if (!done) end_->give_up_connecting();
  return done;
}

exec::Eventually<ErrnoOr<>> LocalStream::connect(const SocketAddress& address,
                                                 const Caller& caller) {
  using Connected = ErrnoOr<>;
  if (const auto seen = name_if_seen(); !seen) return Connected(fail(seen.error()));
  auto found = find(address, socket_kind().type, caller);
  if (!found) return Connected(fail(found.error()));
  auto listener = static_ref_cast<StreamEnd>(*std::move(found));
  const Connected now = try_connect(*listener, caller.effective);
  if (now || now.error() != Errno::AGAIN || non_blocking()) return now;
  return connect_slowly(RefPtr<LocalStream>(this), std::move(listener), caller.effective);
}

exec::Task<ErrnoOr<>> LocalStream::connect_slowly(RefPtr<LocalStream> self,
                                                  RefPtr<StreamEnd> listener, Sender who) {
  const Duration limit = self->options().send_timeout;
  const Instant deadline = limit == Duration{} ? kForever : hal::now() + limit;
  for (;;) {
    const Status status = co_await fs::wait_for(RefPtr<KernelObject>(listener), kHasRoom, deadline);
    const ErrnoOr<> now = self->try_connect(*listener, who);
    if (now || now.error() != Errno::AGAIN) co_return now;
    if (status != Status::Ok) co_return fail(why_not(status, deadline));
  }
}

ErrnoOr<RefPtr<Socket>> LocalStream::try_accept(uint32_t flags) {
  auto end = TRY(end_->accept());
  const Sender owner{.process = 0, .user = node().user(), .group = node().group()};
  auto made = create(socket_kind().type, flags, owner, options(), end);
  if (!made) {
    end->close(true);
    return fail(made.error());
  }
  // It has the name of the one that listens, but is not found by it.
  if (auto name = local_name()) (*made)->set_local_name(std::move(name));
  return RefPtr<Socket>(*std::move(made));
}

ErrnoOr<> LocalStream::shutdown(uint32_t how) {
  const auto link = end_->link();
  if (link.connection) {
    link.connection->shutdown(link.side, how);
  } else if ((how & kShutRead) != 0) {
    end_->stop_listening();
  }
  return {};
}

// --- data ---

ErrnoOr<> LocalStream::try_send(SendMessage& message) {
  const auto link = end_->link();
  if (message.to != nullptr && is_stream())
    return fail(link.connection ? Errno::ISCONN : Errno::OPNOTSUPP);
  if (!link.connection) return fail(Errno::NOTCONN);
  if ((message.flags & message_flag::kOutOfBand) != 0) return fail(Errno::OPNOTSUPP);
  return link.connection->send(link.side, message);
}

ErrnoOr<> LocalStream::try_receive(ReceiveMessage& message) {
  const auto link = end_->link();
  if (!link.connection) return fail(is_stream() ? Errno::INVAL : Errno::NOTCONN);
  if ((message.flags & message_flag::kOutOfBand) != 0) return fail(Errno::OPNOTSUPP);
  const ErrnoOr<> result = link.connection->receive(link.side, message, options().pass_credentials);
  if (message.from != nullptr && message.done != 0) {
    const auto identity = link.connection->identity(1 - link.side);
    if (identity.name) identity.name->write_to(*message.from);
  }
  return result;
}

ErrnoOr<size_t> LocalStream::bytes_to_read() {
  if (is_listening()) return fail(Errno::INVAL);
  const auto link = end_->link();
  return link.connection ? link.connection->bytes_to_read(link.side) : 0;
}

ErrnoOr<size_t> LocalStream::bytes_to_send() {
  const auto link = end_->link();
  return link.connection ? link.connection->bytes_unread_by_peer(link.side) : 0;
}

// --- garbage ---

void LocalStream::visit_parcels(ParcelVisitor& visitor) {
  const auto visit = [&](const StreamEnd::Link& link) {
    if (link.connection)
      link.connection->for_each_parcel(link.side,
                                       [&](const FileParcel& parcel) { visitor.visit(parcel); });
  };
  visit(end_->link());
  end_->for_each_waiting(visit);
}

void LocalStream::surrender(PacketQueue& to) {
  const auto take = [&](const StreamEnd::Link& link) {
    if (!link.connection) return;
    PacketQueue taken = link.connection->take_all(link.side);
    to.append(taken);
  };
  take(end_->link());
  end_->for_each_waiting(take);
}

}  // namespace jacinth::net::local
