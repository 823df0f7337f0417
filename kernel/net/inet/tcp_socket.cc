#include "net/inet/tcp_socket.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "fs/node.h"
#include "hal/clock.h"
#include "net/inet/network_device.h"

namespace jacinth::net::inet {
namespace {

using State = StreamEnd::State;

// What lies between two sockets of one machine unless a program sets SO_SNDBUF: as much as Linux
// lets its buffers grow to.
constexpr size_t kRoom = 2626560;

}  // namespace

SocketOptions TcpSocket::default_options() {
  SocketOptions options;
  options.send_buffer = 16384;
  options.receive_buffer = 131072;
  return options;
}

ErrnoOr<RefPtr<TcpSocket>> TcpSocket::create(Family family, uint32_t flags, const Sender& who,
                                             const SocketOptions& options, RefPtr<StreamEnd> end) {
  if (!end) end = TRY(StreamEnd::create(Connection::Rules::Tcp));
  auto node = TRY(make_socket_node(who.user, who.group));
  const SocketKind kind{.family = family, .type = SocketType::Stream, .protocol = protocol::kTcp};
  return to_errno(make_ref<TcpSocket>(std::move(node), kind, flags, options, std::move(end)));
}

TcpSocket::TcpSocket(RefPtr<fs::Node> node, const SocketKind& kind, uint32_t flags,
                     const SocketOptions& options, RefPtr<StreamEnd> end)
    : InetSocket(std::move(node), kind, flags, options, tcp_ports()), end_(std::move(end)) {
  TcpSocket::options_changed(options);
}

TcpSocket::~TcpSocket() {
  ports().release(*this);
  const SocketOptions now = options();
  end_->close(now.lingers && now.linger_seconds == 0);
}

void TcpSocket::options_changed(const SocketOptions& options) {
  end_->set_limits({.send = options.send_buffer_set ? options.send_buffer : kRoom,
                    .receive = options.receive_buffer});
}

// --- connections ---

ErrnoOr<SocketAddress> TcpSocket::peer_address(bool even_over) {
  const auto link = end_->link();
  if (!link.connection) return fail(Errno::NOTCONN);
  if (!even_over && link.connection->phase(link.side) == Connection::Phase::Over)
    return fail(Errno::NOTCONN);
  return shown(link.connection->identity(1 - link.side).address);
}

ErrnoOr<> TcpSocket::listen(int32_t backlog, const Caller&) {
  if (end_->state() == State::Unconnected) TRY(bind_any());
  const uint32_t most = std::min(static_cast<uint32_t>(backlog), kMostBacklog);
  if (end_->state() == State::Unconnected) TRY(ports().listen(*this));
  return end_->listen(most, {.name = nullptr, .address = local()});
}

// What became of a connection that was being made. EINPROGRESS: nothing yet.
ErrnoOr<> TcpSocket::outcome_of_connecting() {
  switch (end_->state()) {
    case State::Connecting:
      return fail(Errno::INPROGRESS);
    case State::Connected:
      outcome_due_.store(false);
      return {};
    default:
      outcome_due_.store(false);
      if (const Errno error = end_->take_error(); error != Errno{}) return fail(error);
      return fail(Errno::CONNABORTED);
  }
}

ErrnoOr<> TcpSocket::begin_connecting(const SocketAddress& address) {
  const Endpoint to = TRY(destination(address));
  const NetworkDevice* const device = TRY(route(to.address));
  TRY(end_->begin_connecting());
  if (const ErrnoOr<> bound = bind_any(); !bound) {
    end_->give_up_connecting();
    return bound;
  }
  if (!address_chosen()) ports().set_address(*this, device->source_for(to.address));
  const auto listener = ports().find_listener(local(), to);
  const ErrnoOr<> begun = listener ? end_->connect(static_cast<StreamEnd&>(*listener),
                                                   {.name = nullptr, .address = local()}, to)
                                   : fail(Errno::CONNREFUSED);
  if (!begun && begun.error() == Errno::CONNREFUSED) {
    end_->refuse(Errno::CONNREFUSED);
    return {};
  }
  if (!begun && begun.error() != Errno::INPROGRESS) {
    end_->give_up_connecting();
    return begun;
  }
  return {};
}

ErrnoOr<> TcpSocket::connect_now(const SocketAddress& address) {
  if (address.size < sizeof(uint16_t)) return fail(Errno::INVAL);
  if (address.family() == kUnspecified) {
    end_->disconnect();
    outcome_due_.store(false);
    if (!port_chosen()) ports().release(*this);
    return {};
  }
  if (outcome_due_.load()) {
    const ErrnoOr<> outcome = outcome_of_connecting();
    const bool still = !outcome && outcome.error() == Errno::INPROGRESS;
    return still && non_blocking() ? fail(Errno::ALREADY) : outcome;
  }
  if (end_->state() == State::Connected) return fail(Errno::ISCONN);
  if (end_->state() == State::Listening) return fail(Errno::ISCONN);
  TRY(begin_connecting(address));
  outcome_due_.store(true);
  // Who does not wait learns of it later, even if it is known already.
  return non_blocking() ? fail(Errno::INPROGRESS) : outcome_of_connecting();
}

exec::Eventually<ErrnoOr<>> TcpSocket::connect(const SocketAddress& address, const Caller&) {
  const ErrnoOr<> now = connect_now(address);
  if (now || now.error() != Errno::INPROGRESS || non_blocking()) return now;
  return connect_slowly(RefPtr<TcpSocket>(this));
}

exec::Task<ErrnoOr<>> TcpSocket::connect_slowly(RefPtr<TcpSocket> self) {
  const Duration limit = self->options().send_timeout;
  const Instant deadline = limit == Duration{} ? kForever : hal::now() + limit;
  const Status status = co_await fs::wait_for(RefPtr<KernelObject>(self->end_),
                                              fs::ready::kOut | fs::ready::kError, deadline);
  const ErrnoOr<> outcome = self->outcome_of_connecting();
  if (outcome || outcome.error() != Errno::INPROGRESS) co_return outcome;
  if (status == Status::TimedOut) co_return outcome;
  co_return fail(why_not(status, deadline));
}

ErrnoOr<RefPtr<Socket>> TcpSocket::try_accept(uint32_t flags) {
  auto end = TRY(end_->accept());
  const Sender owner{.process = 0, .user = node().user(), .group = node().group()};
  auto made = create(socket_kind().family, flags, owner, options(), end);
  if (!made) {
    end->close(true);
    return fail(made.error());
  }
  TcpSocket& accepted = **made;
  accepted.copy_inet_options(*this);
  const auto link = end->link();
  if (link.connection) ports().share(accepted, link.connection->identity(link.side).address, *this);
  return RefPtr<Socket>(*std::move(made));
}

ErrnoOr<> TcpSocket::shutdown(uint32_t how) {
  const auto link = end_->link();
  if (!link.connection) {
    switch (end_->state()) {
      case State::Listening:
        if ((how & kShutRead) != 0) end_->disconnect();
        return {};
      case State::Connecting:
        end_->disconnect();
        return {};
      default:
        return fail(Errno::NOTCONN);
    }
  }
  if (link.connection->phase(link.side) == Connection::Phase::Over) return fail(Errno::NOTCONN);
  link.connection->shutdown(link.side, how);
  return {};
}

// --- data ---

ErrnoOr<> TcpSocket::try_send(SendMessage& message) {
  if ((message.flags & message_flag::kOutOfBand) != 0) return fail(Errno::OPNOTSUPP);
  const auto link = end_->link();
  if (link.connection) return link.connection->send(link.side, message);
  if (end_->state() == State::Connecting) return fail(Errno::AGAIN);
  if (const Errno error = end_->take_error(); error != Errno{}) return fail(error);
  return fail(Errno::PIPE);
}

ErrnoOr<> TcpSocket::try_receive(ReceiveMessage& message) {
  if ((message.flags & message_flag::kOutOfBand) != 0) return fail(Errno::INVAL);
  const auto link = end_->link();
  if (link.connection) return link.connection->receive(link.side, message, false);
  if (end_->state() == State::Connecting) return fail(Errno::AGAIN);
  if (const Errno error = end_->take_error(); error != Errno{}) return fail(error);
  return fail(Errno::NOTCONN);
}

ErrnoOr<size_t> TcpSocket::bytes_to_read() {
  if (is_listening()) return fail(Errno::INVAL);
  const auto link = end_->link();
  return link.connection ? link.connection->bytes_to_read(link.side) : 0;
}

// What has been sent has arrived.
ErrnoOr<size_t> TcpSocket::bytes_to_send() {
  return is_listening() ? ErrnoOr<size_t>(fail(Errno::INVAL)) : ErrnoOr<size_t>(0);
}

// --- what it tells of itself ---

// As in Linux's tcp_states.h.
uint8_t TcpSocket::tcp_state() {
  constexpr uint8_t kEstablished = 1, kSynSent = 2, kFinWait2 = 5, kClose = 7, kCloseWait = 8,
                    kListen = 10;
  const auto link = end_->link();
  if (!link.connection) {
    if (end_->state() == State::Connecting) return kSynSent;
    return end_->state() == State::Listening ? kListen : kClose;
  }
  switch (link.connection->phase(link.side)) {
    case Connection::Phase::Established:
      return kEstablished;
    case Connection::Phase::PeerFinished:
      return kCloseWait;
    case Connection::Phase::WeFinished:
      return kFinWait2;
    case Connection::Phase::Over:
      return kClose;
  }
  return kClose;
}

ErrnoOr<size_t> TcpSocket::get_other_option(int32_t which, int32_t option,
                                            std::span<std::byte> out) {
  if (which != level::kTcp || option != tcp_option::kInfo)
    return InetSocket::get_other_option(which, option, out);
  // Layout of struct tcp_info, as far as Linux 2.6 had it: eight bytes, then words.
  struct TcpInfo {
    std::array<uint8_t, 8> bytes{};
    std::array<uint32_t, 24> words{};
  } info;
  static_assert(sizeof(info) == 104);
  constexpr size_t kSendMss = 2, kReceiveMss = 3, kPathMtu = 13, kWindow = 18, kMaximumMss = 19;
  constexpr uint32_t kSegment = 32768;
  info.bytes[0] = tcp_state();
  info.words[kSendMss] = info.words[kReceiveMss] = kSegment;
  info.words[kPathMtu] = loopback().mtu();
  info.words[kWindow] = 10;
  info.words[kMaximumMss] = loopback().mtu() - 40;
  return put_option(out, std::as_bytes(std::span(&info, 1)));
}

}  // namespace jacinth::net::inet
