#include "object/ipc/socket.h"

#include <algorithm>
#include <limits>

namespace jacinth {
namespace {

bool too_long(size_t bytes) { return bytes > std::numeric_limits<uint32_t>::max(); }

}  // namespace

size_t Socket::charge(size_t bytes) const {
  return mode_ == Mode::Stream ? bytes : std::max(bytes, kLeastCharge);
}

Result<size_t> Socket::room_locked(size_t bytes) {
  if (!peer_) return fail(Status::PeerClosed);
  if (cannot_write_) return fail(Status::BadState);
  if (bytes == 0) return 0;
  if (too_long(bytes)) return fail(Status::InvalidArgs);
  peer_->lock_.assert_held();
  const size_t free = peer_->free();
  if (mode_ == Mode::Stream) {
    if (free == 0) return fail(Status::ShouldWait);
    return std::min(bytes, free);
  }
  if (bytes > kCapacity) return fail(Status::OutOfRange);
  if (charge(bytes) <= free) return bytes;
  // Waiting for WRITABLE must not return before there is more room than now.
  update_signals(signals::kWritable, 0);
  return fail(Status::ShouldWait);
}

Result<size_t> Socket::room(size_t bytes) {
  LockGuard guard(lock_);
  return room_locked(bytes);
}

Result<size_t> Socket::write(ByteChain data) {
  LockGuard guard(lock_);
  const size_t count = TRY(room_locked(data.size()));
  if (count == 0) return 0;
  data.truncate(count);
  Socket& peer = *peer_;
  peer.lock_.assert_held();
  peer.receive(data);
  update_writing();
  return count;
}

void Socket::receive(ByteChain& data) {
  used_ += charge(data.size());
  if (mode_ == Mode::Stream) {
    received_.absorb(data);
  } else {
    received_.absorb_record(data);
  }
  update_reading();
}

Result<ByteChain> Socket::take(size_t bytes) {
  if (mode_ == Mode::Stream) {
    ByteChain taken = TRY(received_.take(std::min(bytes, received_.size())));
    used_ -= taken.size();
    return taken;
  }
  if (bytes == 0) return ByteChain();
  ByteChain taken = received_.take_record();
  used_ -= charge(taken.size());
  return taken;
}

Result<ByteChain> Socket::read(size_t bytes, Peek peek) {
  if (too_long(bytes)) return fail(Status::InvalidArgs);
  ByteChain taken;  // what is cut off it is freed after the lock
  {
    LockGuard guard(lock_);
    if (received_.empty()) {
      if (!peer_) return fail(Status::PeerClosed);
      return fail(peer_cannot_write_ ? Status::BadState : Status::ShouldWait);
    }
    if (peek == Peek::Yes) {
      const size_t available =
          mode_ == Mode::Stream ? received_.size() : received_.first_record_size();
      return received_.copy(std::min(bytes, available));
    }
    taken = TRY(take(bytes));
    update_reading();
    if (peer_) {
      peer_->lock_.assert_held();
      peer_->update_writing();
    }
  }
  if (taken.size() > bytes) taken.truncate(bytes);
  return taken;
}

Result<> Socket::shutdown(uint32_t ways) {
  if ((ways & ~(kShutdownWrite | kShutdownRead)) != 0) return fail(Status::InvalidArgs);
  LockGuard guard(lock_);
  if ((ways & kShutdownWrite) != 0) disable_writing();
  if ((ways & kShutdownRead) != 0) disable_reading();
  if (!peer_) return {};
  Socket& peer = *peer_;
  peer.lock_.assert_held();
  if ((ways & kShutdownWrite) != 0) peer.disable_reading();
  if ((ways & kShutdownRead) != 0) peer.disable_writing();
  return {};
}

void Socket::disable_writing() {
  cannot_write_ = true;
  update_signals(signals::kWritable, signals::kSocketWriteDisabled);
}

void Socket::disable_reading() {
  peer_cannot_write_ = true;
  update_signals(0, signals::kSocketPeerWriteDisabled);
}

// Of the signals `among`, exactly those of `state` are to be active.
void Socket::show(Signals among, Signals state) {
  const Signals now = signals() & among;
  if (now != state) update_signals(now & ~state, state & ~now);
}

void Socket::update_reading() {
  Signals state = 0;
  if (!received_.empty()) state |= signals::kReadable;
  if (read_threshold_ != 0 && received_.size() >= read_threshold_)
    state |= signals::kSocketReadThreshold;
  show(signals::kReadable | signals::kSocketReadThreshold, state);
}

void Socket::update_writing() {
  size_t free = 0;
  if (peer_) {
    peer_->lock_.assert_held();
    free = peer_->free();
  }
  Signals state = 0;
  if (free != 0 && !cannot_write_) state |= signals::kWritable;
  if (write_threshold_ != 0 && free >= write_threshold_) state |= signals::kSocketWriteThreshold;
  show(signals::kWritable | signals::kSocketWriteThreshold, state);
}

Result<> Socket::set_read_threshold(uint64_t bytes) {
  if (bytes > kCapacity) return fail(Status::InvalidArgs);
  LockGuard guard(lock_);
  read_threshold_ = bytes;
  update_reading();
  return {};
}

Result<> Socket::set_write_threshold(uint64_t bytes) {
  LockGuard guard(lock_);
  if (!peer_) return fail(Status::PeerClosed);
  if (bytes > kCapacity) return fail(Status::InvalidArgs);
  write_threshold_ = bytes;
  update_writing();
  return {};
}

uint64_t Socket::read_threshold() const {
  LockGuard guard(lock_);
  return read_threshold_;
}

uint64_t Socket::write_threshold() const {
  LockGuard guard(lock_);
  return write_threshold_;
}

Socket::Info Socket::info() const {
  LockGuard guard(lock_);
  Info info{
      .options = static_cast<uint32_t>(mode_),
      .rx_max = kCapacity,
      .rx_size = received_.size(),
      .rx_available = mode_ == Mode::Stream ? received_.size() : received_.first_record_size()};
  if (!peer_) return info;
  peer_->lock_.assert_held();
  info.tx_max = kCapacity;
  info.tx_size = peer_->received_.size();
  return info;
}

void Socket::on_zero_handles() {
  RefPtr<Socket> other;
  ByteChain unread;  // freed after the lock
  LockGuard guard(lock_);
  other = disconnect();
  unread = std::move(received_);
  used_ = 0;
  if (!other) return;
  other->lock_.assert_held();
  other->update_writing();
}

}  // namespace jacinth
