#include "net/stream_end.h"

#include <utility>

#include "base/never_destroyed.h"

namespace jacinth::net {

using fs::ready::kError;
using fs::ready::kHangUp;
using fs::ready::kIn;
using fs::ready::kOut;
using fs::ready::kReadHangUp;

namespace {
constexpr Signals kAllReady = kIn | kOut | kError | kHangUp | kReadHangUp;
// The server's and the client's side of a connection.
constexpr unsigned kClient = 0, kServer = 1;
}  // namespace

ErrnoOr<RefPtr<StreamEnd>> StreamEnd::create(Connection::Rules rules) {
  return to_errno(make_ref<StreamEnd>(rules));
}

StreamEnd::StreamEnd(Connection::Rules rules) : KernelObject(kOut | kHangUp), rules_(rules) {}

StreamEnd::~StreamEnd() { close(false); }

StreamEnd::State StreamEnd::state() {
  LockGuard guard(lock_);
  return state_;
}

StreamEnd::Link StreamEnd::link() {
  LockGuard guard(lock_);
  return link_;
}

void StreamEnd::set_limits(const Connection::Limits& limits) {
  Link link;
  {
    LockGuard guard(lock_);
    limits_ = limits;
    link = link_;
  }
  if (link.connection) link.connection->set_limits(link.side, limits);
}

void StreamEnd::set_pass_credentials(bool pass) {
  Link link;
  {
    LockGuard guard(lock_);
    pass_credentials_ = pass;
    link = link_;
  }
  if (link.connection) link.connection->set_pass_credentials(link.side, pass);
}

// What those see who are not connected; a connection shows its own.
void StreamEnd::show() {
  Signals now = 0;
  switch (state_) {
    case State::Connected:
      return;
    case State::Listening:
      if (waiting_count_ != 0) now |= kIn;
      if (waiting_count_ <= backlog_) now |= kHasRoom;
      break;
    case State::Unconnected:
      now = kOut | kHangUp;
      break;
    case State::Connecting:
      break;
    case State::Closed:
      now = kIn | kOut | kHangUp | kReadHangUp | kHasRoom;
      break;
  }
  if (error_ != Errno{}) now |= kIn | kOut | kError | kHangUp | kReadHangUp;
  update_signals((kAllReady | kHasRoom) & ~now, now);
}

ErrnoOr<> StreamEnd::connect_pair(StreamEnd& first, StreamEnd& second,
                                  const Connection::Identity& identity) {
  auto connection = TRY(Connection::create(first.rules_));
  StreamEnd* const ends[] = {&first, &second};
  for (unsigned side = 0; side < 2; ++side) {
    StreamEnd& end = *ends[side];
    connection->set_identity(side, identity);
    LockGuard guard(end.lock_);
    end.state_ = State::Connected;
    end.link_ = {connection, side};
    connection->attach(side, end, end.limits_);
  }
  return {};
}

// --- listening ---

ErrnoOr<> StreamEnd::listen(uint32_t backlog, Connection::Identity identity) {
  LockGuard guard(lock_);
  if (state_ != State::Unconnected && state_ != State::Listening) return fail(Errno::INVAL);
  state_ = State::Listening;
  backlog_ = backlog;
  std::swap(identity_, identity);
  show();
  return {};
}

ErrnoOr<RefPtr<StreamEnd>> StreamEnd::accept() {
  RefPtr<StreamEnd> taken;
  RefPtr<StreamEnd> client;
  {
    LockGuard guard(lock_);
    if (state_ != State::Listening) return fail(Errno::INVAL);
    if (waiting_count_ == 0) return fail(Errno::AGAIN);
    taken = RefPtr<StreamEnd>::adopt(&waiting_.front());
    waiting_.pop_front();
    --waiting_count_;
    client = std::move(taken->client_);
    show();
  }
  // One that is taken before its client has come around to complete() itself.
  if (client) client->establish_or_close(std::move(taken->promised_));
  complete();
  return taken;
}

// Tells clients that have moved up that they are connected.
void StreamEnd::complete() {
  for (;;) {
    RefPtr<StreamEnd> client;
    RefPtr<Connection> connection;
    {
      LockGuard guard(lock_);
      uint32_t place = 0;
      for (StreamEnd& end : waiting_) {
        if (place++ > backlog_) return;
        if (!end.client_) continue;
        client = std::move(end.client_);
        connection = std::move(end.promised_);
        break;
      }
    }
    if (!client) return;
    client->establish_or_close(std::move(connection));
  }
}

// When the client has been closed meanwhile, the server finds the end of a connection.
void StreamEnd::establish_or_close(RefPtr<Connection> connection) {
  if (!establish(connection)) connection->close(kClient, false);
}

// The client's side of it. False: it does not want it any more.
bool StreamEnd::establish(const RefPtr<Connection>& connection) {
  LockGuard guard(lock_);
  if (state_ != State::Connecting) return false;
  state_ = State::Connected;
  link_ = {connection, kClient};
  connection->attach(kClient, *this, limits_);
  connection->set_pass_credentials(kClient, pass_credentials_);
  return true;
}

ErrnoOr<> StreamEnd::enqueue(RefPtr<StreamEnd> server, RefPtr<StreamEnd> client) {
  RefPtr<Connection> connection = server->link().connection;
  LockGuard guard(lock_);
  if (state_ != State::Listening) return fail(Errno::CONNREFUSED);
  const bool full = waiting_count_ > backlog_;
  if (full && rules_ != Connection::Rules::Tcp) return fail(Errno::AGAIN);
  if (waiting_count_ > backlog_ + kMostBacklog) return fail(Errno::CONNREFUSED);
  server->client_ = std::move(client);
  server->promised_ = std::move(connection);
  waiting_.push_back(*server.leak());
  ++waiting_count_;
  if (waiting_count_ > 1) repeat_signals(kIn);
  show();
  return {};
}

// --- connecting ---

ErrnoOr<> StreamEnd::begin_connecting() {
  LockGuard guard(lock_);
  switch (state_) {
    case State::Unconnected:
      if (error_ != Errno{}) return fail(std::exchange(error_, Errno{}));
      state_ = State::Connecting;
      show();
      return {};
    case State::Connecting:
      return fail(Errno::ALREADY);
    case State::Connected:
      return fail(Errno::ISCONN);
    default:
      return fail(Errno::INVAL);
  }
}

void StreamEnd::give_up_connecting() {
  LockGuard guard(lock_);
  if (state_ != State::Connecting) return;
  state_ = State::Unconnected;
  show();
}

void StreamEnd::refuse(Errno error) {
  LockGuard guard(lock_);
  if (state_ != State::Connecting) return;
  state_ = State::Unconnected;
  error_ = error;
  show();
}

ErrnoOr<> StreamEnd::connect(StreamEnd& listener, Connection::Identity identity,
                             const inet::Endpoint& remote) {
  auto server = TRY(create(rules_));
  auto connection = TRY(Connection::create(rules_));
  Connection::Identity its;
  Connection::Limits limits;
  bool pass = false;
  {
    LockGuard guard(listener.lock_);
    if (listener.state_ != State::Listening) return fail(Errno::CONNREFUSED);
    its = listener.identity_;
    limits = listener.limits_;
    pass = listener.pass_credentials_;
  }
  if (remote.port != 0) its.address = remote;
  connection->set_identity(kClient, std::move(identity));
  connection->set_identity(kServer, std::move(its));
  connection->set_pass_credentials(kServer, pass);
  {
    LockGuard guard(server->lock_);
    server->state_ = State::Connected;
    server->link_ = {connection, kServer};
    server->limits_ = limits;
    server->pass_credentials_ = pass;
    connection->attach(kServer, *server, limits);
  }
  TRY(listener.enqueue(std::move(server), RefPtr<StreamEnd>(this)));
  listener.complete();
  // AF_UNIX connects at once: whoever accepts on another CPU is just about to say so.
  if (rules_ != Connection::Rules::Tcp)
    for (unsigned rounds = 0; state() == State::Connecting; ++rounds) spin_relax(rounds);
  return state() == State::Connecting ? fail(Errno::INPROGRESS) : ErrnoOr<>();
}

// --- the end ---

StreamEnd::Waiting StreamEnd::end_listening() {
  Waiting waiting;
  waiting.swap(waiting_);
  waiting_count_ = 0;
  return waiting;
}

void StreamEnd::drop(Waiting waiting) {
  while (!waiting.empty()) {
    const auto server = RefPtr<StreamEnd>::adopt(&waiting.front());
    waiting.pop_front();
    const RefPtr<StreamEnd> client = std::move(server->client_);
    if (client) client->refuse(Errno::CONNREFUSED);
    server->close(true);
  }
}

void StreamEnd::stop_listening() {
  if (state() == State::Listening) close(false);
}

void StreamEnd::close(bool reset) {
  Link link;
  Connection::Identity old;
  Waiting waiting;
  {
    LockGuard guard(lock_);
    state_ = State::Closed;
    std::swap(link, link_);
    std::swap(old, identity_);
    waiting = end_listening();
    show();
  }
  if (link.connection) link.connection->close(link.side, reset);
  drop(std::move(waiting));
}

void StreamEnd::disconnect() {
  close(true);
  LockGuard guard(lock_);
  state_ = State::Unconnected;
  error_ = {};
  show();
}

Errno StreamEnd::take_error() {
  Link link;
  {
    LockGuard guard(lock_);
    if (error_ != Errno{}) {
      const Errno error = std::exchange(error_, Errno{});
      show();
      return error;
    }
    link = link_;
  }
  return link.connection ? link.connection->take_error(link.side) : Errno{};
}

}  // namespace jacinth::net
