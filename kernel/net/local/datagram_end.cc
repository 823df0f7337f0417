#include "net/local/datagram_end.h"

#include <utility>

namespace jacinth::net::local {

using fs::ready::kHangUp;
using fs::ready::kIn;
using fs::ready::kOut;
using fs::ready::kReadHangUp;

ErrnoOr<RefPtr<DatagramEnd>> DatagramEnd::create() { return to_errno(make_ref<DatagramEnd>()); }

DatagramEnd::DatagramEnd() : KernelObject(kOut | kHasRoom) {}
DatagramEnd::~DatagramEnd() { close(); }

void DatagramEnd::set_local_name(RefPtr<LocalName> name) {
  LockGuard guard(lock_);
  std::swap(name_, name);
}

RefPtr<LocalName> DatagramEnd::local_name() {
  LockGuard guard(lock_);
  return name_;
}

void DatagramEnd::set_limit(size_t send_buffer) {
  LockGuard guard(lock_);
  send_limit_ = send_buffer;
}

void DatagramEnd::set_pass_credentials(bool pass) {
  LockGuard guard(lock_);
  pass_credentials_ = pass;
}

// --- who is connected to whom ---

RefPtr<DatagramEnd> DatagramEnd::connected_to() {
  LockGuard guard(lock_);
  return peer_;
}

void DatagramEnd::admit(DatagramEnd& admirer) {
  LockGuard guard(lock_);
  if (closed_) return;
  admirers_.push_back(admirer);
  if (full_) admirer.update_signals(kOut, 0);
}

void DatagramEnd::dismiss(DatagramEnd& admirer) {
  LockGuard guard(lock_);
  if (admirer.admirer_link_.is_linked()) admirers_.erase(admirers_.iterator_to(admirer));
  admirer.update_signals(0, kOut);
}

ErrnoOr<> DatagramEnd::connect(RefPtr<DatagramEnd> peer) {
  RefPtr<DatagramEnd> old;
  {
    LockGuard connecting(connecting_);
    if (peer) {
      LockGuard guard(peer->lock_);
      if (peer->peer_ && peer->peer_ != this) return fail(Errno::PERM);
    }
    {
      LockGuard guard(lock_);
      if (closed_) return fail(Errno::CONNREFUSED);
      old = std::exchange(peer_, peer);
    }
    if (old) old->dismiss(*this);
    if (peer) peer->admit(*this);
  }
  return {};
}

void DatagramEnd::shutdown(uint32_t how) {
  LockGuard guard(lock_);
  receive_shut_ = receive_shut_ || (how & kShutRead) != 0;
  send_shut_ = send_shut_ || (how & kShutWrite) != 0;
  show();
}

void DatagramEnd::close() {
  (void)connect(nullptr);
  PacketQueue unread;
  RefPtr<LocalName> name;
  LockGuard guard(lock_);
  closed_ = true;
  std::swap(unread, queue_);
  std::swap(name, name_);
  // They learn by sending.
  while (!admirers_.empty()) {
    admirers_.front().update_signals(0, kOut);
    admirers_.pop_front();
  }
  update_signals(0, kHasRoom);
}

void DatagramEnd::show() {
  Signals now = 0;
  if (!queue_.empty() || receive_shut_) now |= kIn;
  if (receive_shut_) now |= kReadHangUp;
  if (receive_shut_ && send_shut_) now |= kHangUp;
  // Somebody who was refused shall find more than a little room when he comes back.
  const bool full =
      queue_.count() >= kMostQueued || (refused_at_ != 0 && queue_.charge() * 2 > refused_at_);
  if (!full) refused_at_ = 0;
  if (!full) now |= kHasRoom;
  constexpr Signals kOwn = kIn | kReadHangUp | kHangUp | kHasRoom;
  if ((signals() & kOwn) != now) update_signals(kOwn & ~now, now);
  if (full == full_) return;
  full_ = full;
  for (DatagramEnd& admirer : admirers_) admirer.update_signals(full ? kOut : 0, full ? 0 : kOut);
}

// --- sending ---

ErrnoOr<> DatagramEnd::may_take(const DatagramEnd& from, size_t limit) {
  if (closed_) return fail(Errno::CONNREFUSED);
  if (peer_ && peer_ != &from) return fail(Errno::PERM);
  if (receive_shut_) return fail(Errno::PIPE);
  if (queue_.count() < kMostQueued && queue_.charge() < limit) return {};
  if (refused_at_ == 0 || limit < refused_at_) refused_at_ = limit;
  show();
  return fail(Errno::AGAIN);
}

ErrnoOr<> DatagramEnd::take(DatagramEnd& from, PacketPtr& packet, size_t limit) {
  LockGuard guard(lock_);
  TRY(may_take(from, limit));
  const bool more = !queue_.empty();
  queue_.push(std::move(packet));
  if (more) repeat_signals(kIn);
  show();
  return {};
}

ErrnoOr<> DatagramEnd::send(SendMessage& message, RefPtr<DatagramEnd> receiver) {
  const size_t bytes = message.data.remaining();
  const bool to_peer = !receiver;
  size_t limit = 0;
  RefPtr<LocalName> name;
  bool shows_sender = false;
  {
    LockGuard guard(lock_);
    if (to_peer) receiver = peer_;
    if (!receiver) return fail(Errno::NOTCONN);
    if (bytes + 32 > send_limit_) return fail(Errno::MSGSIZE);
    if (send_shut_) return fail(Errno::PIPE);
    limit = send_limit_;
    name = name_;
    shows_sender = pass_credentials_;
  }
  const auto attempt = [&]() -> ErrnoOr<> {
    {
      LockGuard guard(receiver->lock_);
      TRY(receiver->may_take(*this, limit));
      shows_sender = shows_sender || receiver->pass_credentials_;
    }
    // A copy of the source: it may have to be sent once more.
    fs::IoSource source = message.data;
    PacketPtr packet = TRY(Packet::copy(source, bytes));
    packet->files = std::move(message.files);
    packet->from_name = std::move(name);
    packet->tell_sender(message, shows_sender);
    const ErrnoOr<> taken = receiver->take(*this, packet, limit);
    if (!taken) message.files = std::move(packet->files);
    return taken;
  };
  const ErrnoOr<> sent = attempt();
  if (sent) message.done = bytes;
  if (!sent && sent.error() == Errno::AGAIN) message.full = RefPtr<KernelObject>(receiver);
  // A peer that has gone is none any more.
  if (!sent && sent.error() == Errno::CONNREFUSED && to_peer) (void)connect(nullptr);
  return sent;
}

// --- receiving ---

ErrnoOr<> DatagramEnd::receive(ReceiveMessage& message) {
  PacketPtr packet;
  {
    LockGuard guard(lock_);
    if (queue_.empty() && receive_shut_) return {};
    packet = TRY(queue_.next(message));
    show();
  }
  if (message.from != nullptr && packet->from_name) packet->from_name->write_to(*message.from);
  return packet->tell(message);
}

size_t DatagramEnd::bytes_to_read() {
  LockGuard guard(lock_);
  return queue_.empty() ? 0 : queue_.front()->size();
}

size_t DatagramEnd::bytes_unsent() {
  const auto receiver = connected_to();
  if (!receiver) return 0;
  LockGuard guard(receiver->lock_);
  return receiver->queue_.bytes();
}

PacketQueue DatagramEnd::take_all() {
  LockGuard guard(lock_);
  PacketQueue taken;
  std::swap(taken, queue_);
  show();
  return taken;
}

}  // namespace jacinth::net::local
