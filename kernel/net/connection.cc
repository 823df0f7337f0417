#include "net/connection.h"

#include <algorithm>

namespace jacinth::net {

using namespace message_flag;
using fs::ready::kError;
using fs::ready::kHangUp;
using fs::ready::kIn;
using fs::ready::kOut;
using fs::ready::kReadHangUp;

ErrnoOr<RefPtr<Connection>> Connection::create(Rules rules) {
  return to_errno(make_ref<Connection>(rules));
}

// --- coming and going ---

void Connection::attach(unsigned side, KernelObject& watcher, const Limits& limits) {
  LockGuard guard(lock_);
  sides_[side].watcher = &watcher;
  sides_[side].limits = limits;
  show(side);
}

void Connection::close(unsigned side, bool abrupt) {
  PacketQueue unread;
  LockGuard guard(lock_);
  Side& own = sides_[side];
  Side& peer = sides_[1 - side];
  own.watcher = nullptr;
  own.closed = true;
  std::swap(unread, own.queue);
  if (peer.closed) return;
  if (abrupt || !unread.empty()) {
    reset(peer);
  } else {
    peer.peer_finished = true;
    peer.receive_shut = true;
    if (is_local()) peer.send_shut = true;
  }
  show(1 - side);
}

// The peer has vanished without having read everything.
void Connection::reset(Side& victim) {
  victim.error = !is_local() && victim.peer_finished ? Errno::PIPE : Errno::CONNRESET;
  victim.peer_finished = true;
  victim.receive_shut = true;
  victim.send_shut = true;
}

void Connection::shutdown(unsigned side, uint32_t how) {
  LockGuard guard(lock_);
  Side& own = sides_[side];
  Side& peer = sides_[1 - side];
  if ((how & kShutRead) != 0) {
    own.receive_shut = true;
    // AF_UNIX tells the peer at once; with TCP it would only learn by sending.
    if (is_local()) peer.send_shut = true;
  }
  if ((how & kShutWrite) != 0) {
    own.send_shut = true;
    peer.receive_shut = true;
    peer.peer_finished = true;
  }
  show(side);
  show(1 - side);
}

// How ready a side is, all of it; cheap when nothing has changed.
void Connection::show(unsigned side) {
  constexpr Signals kAll = kIn | kOut | kError | kHangUp | kReadHangUp;
  const Side& own = sides_[side];
  if (own.watcher == nullptr) return;
  Signals now = 0;
  if (!own.queue.empty() || own.receive_shut) now |= kIn;
  // Not as soon as anything fits: a writer that waits shall find room for much.
  const PacketQueue& sent = sides_[1 - side].queue;
  const bool room = sent.charge() * 4 <= room_limit(side) &&
                    (rules_ != Rules::LocalRecords || sent.count() * 2 <= kMostRecords);
  if (room || (own.send_shut && !is_local())) now |= kOut;
  if (own.receive_shut) now |= kReadHangUp;
  if (own.receive_shut && own.send_shut) now |= kHangUp;
  if (own.error != Errno{}) now |= kError;
  if ((own.watcher->signals() & kAll) != now) own.watcher->update_signals(kAll & ~now, now);
}

// --- sending ---

size_t Connection::room_limit(unsigned side) const {
  const size_t own = sides_[side].limits.send;
  return is_local() ? own : own + sides_[1 - side].limits.receive;
}

// Whether side may send at all, and now. `done`: bytes sent already; then no error is used up.
ErrnoOr<> Connection::may_send(unsigned side, size_t done) {
  Side& own = sides_[side];
  Side& peer = sides_[1 - side];
  const bool shut = own.send_shut || (is_local() && peer.closed);
  if (shut && is_local()) return fail(Errno::PIPE);
  if (own.error != Errno{}) {
    const Errno error = own.error;
    if (done == 0) own.error = {};
    if (done == 0) show(side);
    return fail(error);
  }
  if (shut) return fail(Errno::PIPE);
  if (peer.queue.charge() >= room_limit(side)) return fail(Errno::AGAIN);
  if (rules_ == Rules::LocalRecords && peer.queue.count() >= kMostRecords)
    return fail(Errno::AGAIN);
  return {};
}

ErrnoOr<PacketPtr> Connection::make_packet(SendMessage& message, size_t bytes, bool shows_sender) {
  fs::IoSource source = message.data;
  PacketPtr packet = TRY(Packet::copy(source, bytes));
  message.data = source;
  packet->files = std::move(message.files);
  packet->tell_sender(message, shows_sender);
  return packet;
}

void Connection::push(unsigned side, PacketPtr packet) {
  Side& peer = sides_[1 - side];
  const bool more = !peer.queue.empty();
  peer.queue.push(std::move(packet));
  if (more && peer.watcher != nullptr) peer.watcher->repeat_signals(kIn);
  show(side);
  show(1 - side);
}

ErrnoOr<> Connection::send_piece(unsigned side, SendMessage& message) {
  bool shows_sender = false;
  {
    LockGuard guard(lock_);
    TRY(may_send(side, message.done));
    shows_sender = shows_senders();
  }
  const size_t bytes = std::min(message.data.remaining(), kPiece);
  PacketPtr packet = TRY(make_packet(message, bytes, shows_sender));
  LockGuard guard(lock_);
  Side& own = sides_[side];
  if (own.send_shut || (is_local() && sides_[1 - side].closed)) {
    const ErrnoOr<> refused = may_send(side, message.done);
    return refused ? fail(Errno::PIPE) : refused;
  }
  message.done += bytes;
  if (sides_[1 - side].closed) {
    // TCP finds out by being answered with a reset: this write has still worked.
    reset(own);
    show(side);
    return {};
  }
  push(side, std::move(packet));
  return {};
}

ErrnoOr<> Connection::send_record(unsigned side, SendMessage& message) {
  const size_t bytes = message.data.remaining();
  bool shows_sender = false;
  {
    LockGuard guard(lock_);
    if (bytes + 32 > sides_[side].limits.send) return fail(Errno::MSGSIZE);
    TRY(may_send(side, 0));
    shows_sender = shows_senders();
  }
  PacketPtr packet = TRY(make_packet(message, bytes, shows_sender));
  LockGuard guard(lock_);
  if (sides_[side].send_shut || sides_[1 - side].closed) return fail(Errno::PIPE);
  push(side, std::move(packet));
  message.done = bytes;
  return {};
}

ErrnoOr<> Connection::send(unsigned side, SendMessage& message) {
  if (rules_ == Rules::LocalRecords) return send_record(side, message);
  while (!message.data.empty()) TRY(send_piece(side, message));
  return {};
}

// --- receiving ---

ErrnoOr<> Connection::end_of_stream(Side& side, const ReceiveMessage& message) {
  if (message.done != 0 && side.error != Errno{}) return {};
  if (side.error != Errno{}) return fail(std::exchange(side.error, Errno{}));
  if (side.receive_shut) return {};
  return fail(Errno::AGAIN);
}

// EFAULT: the target is to be made ready. EAGAIN: nothing more is there.
ErrnoOr<> Connection::receive_stream(Side& side, ReceiveMessage& message, bool shows_senders) {
  const bool peeks = (message.flags & kPeek) != 0;
  size_t skip = peeks ? message.done : 0;
  for (Packet* packet = side.queue.front(); packet != nullptr;) {
    if (message.data.empty()) return {};
    if (skip >= packet->size()) {
      skip -= packet->size();
      packet = packet->next;
      continue;
    }
    const Sender sender =
        packet->shows_sender ? packet->sender : Sender{0, kOverflowId, kOverflowId};
    if (shows_senders && message.credentials && *message.credentials != sender) return {};
    const size_t wanted = std::min(packet->size() - skip, message.data.remaining());
    const size_t copied = packet->put_now(message.data, skip);
    message.done += copied;
    if (copied != 0 && is_local()) message.credentials = sender;
    if (copied != 0 && packet->files && !message.files) {
      if (peeks) {
        message.files = TRY(packet->files->copy());
      } else {
        message.files = std::move(packet->files);
      }
    }
    if (!peeks) side.queue.take(copied);
    if (copied != wanted) return fail(Errno::FAULT);
    const bool whole = packet->size() == (peeks ? skip + copied : 0);
    if (message.files || !whole) return {};
    skip = 0;
    if (!peeks) (void)side.queue.pop();
    packet = peeks ? packet->next : side.queue.front();
  }
  return end_of_stream(side, message);
}

ErrnoOr<> Connection::receive_record(unsigned side, ReceiveMessage& message) {
  PacketPtr packet;
  {
    LockGuard guard(lock_);
    Side& own = sides_[side];
    if (own.queue.empty()) return end_of_stream(own, message);
    packet = TRY(own.queue.next(message));
    show(side);
    show(1 - side);
  }
  return packet->tell(message);
}

ErrnoOr<> Connection::receive(unsigned side, ReceiveMessage& message, bool shows_senders) {
  if (rules_ == Rules::LocalRecords) return receive_record(side, message);
  ErrnoOr<> result;
  do {
    {
      LockGuard guard(lock_);
      Side& own = sides_[side];
      const uint32_t before = own.queue.count();
      result = receive_stream(own, message, shows_senders);
      // An emptied packet stays first until the next look when it had to stop right at its end.
      if (!own.queue.empty() && own.queue.front()->size() == 0) (void)own.queue.pop();
      if (before != own.queue.count()) show(1 - side);
      show(side);
    }
    if (result || result.error() != Errno::FAULT) break;
    result = message.data.make_ready();
  } while (result);
  if (message.files) message.files->arrive();
  if (!result && result.error() == Errno::FAULT && message.done != 0) return {};
  return result;
}

// --- more ---

void Connection::set_identity(unsigned side, Identity identity) {
  LockGuard guard(lock_);
  std::swap(sides_[side].identity, identity);
}

Connection::Identity Connection::identity(unsigned side) {
  LockGuard guard(lock_);
  return sides_[side].identity;
}

void Connection::set_limits(unsigned side, const Limits& limits) {
  LockGuard guard(lock_);
  sides_[side].limits = limits;
  show(side);
  show(1 - side);
}

void Connection::set_pass_credentials(unsigned side, bool pass) {
  LockGuard guard(lock_);
  sides_[side].pass_credentials = pass;
}

Errno Connection::take_error(unsigned side) {
  LockGuard guard(lock_);
  const Errno error = std::exchange(sides_[side].error, Errno{});
  if (error != Errno{}) show(side);
  return error;
}

size_t Connection::bytes_to_read(unsigned side) {
  LockGuard guard(lock_);
  return sides_[side].queue.bytes();
}

size_t Connection::bytes_unread_by_peer(unsigned side) { return bytes_to_read(1 - side); }

Connection::Phase Connection::phase(unsigned side) {
  LockGuard guard(lock_);
  const Side& own = sides_[side];
  if (own.send_shut) return own.peer_finished ? Phase::Over : Phase::WeFinished;
  return own.peer_finished ? Phase::PeerFinished : Phase::Established;
}

PacketQueue Connection::take_all(unsigned side) {
  LockGuard guard(lock_);
  PacketQueue taken;
  std::swap(taken, sides_[side].queue);
  show(side);
  show(1 - side);
  return taken;
}

}  // namespace jacinth::net
