#include "net/inet/udp_end.h"

#include <utility>

namespace jacinth::net::inet {

using fs::ready::kError;
using fs::ready::kHangUp;
using fs::ready::kIn;
using fs::ready::kOut;
using fs::ready::kReadHangUp;

ErrnoOr<RefPtr<UdpEnd>> UdpEnd::create() { return to_errno(make_ref<UdpEnd>()); }

void UdpEnd::show() {
  Signals now = kOut;
  if (!queue_.empty() || (shut_ & kShutRead) != 0) now |= kIn;
  if ((shut_ & kShutRead) != 0) now |= kReadHangUp;
  if (shut_ == kShutBoth) now |= kHangUp;
  if (error_ != Errno{}) now |= kError;
  if (signals() != now) update_signals(~now, now);
}

void UdpEnd::take(PacketPtr datagram) {
  LockGuard guard(lock_);
  // No files in it, so that dropping it under the lock does no harm.
  if (closed_ || queue_.charge() >= limit_) return;
  const bool more = !queue_.empty();
  queue_.push(std::move(datagram));
  if (more) repeat_signals(kIn);
  show();
}

ErrnoOr<PacketPtr> UdpEnd::next(const ReceiveMessage& message) {
  LockGuard guard(lock_);
  if (error_ != Errno{}) {
    const Errno error = std::exchange(error_, Errno{});
    show();
    return fail(error);
  }
  auto packet = queue_.next(message);
  show();
  return packet;
}

void UdpEnd::shutdown(uint32_t how) {
  LockGuard guard(lock_);
  shut_ |= how;
  show();
}

bool UdpEnd::is_shut(uint32_t how) {
  LockGuard guard(lock_);
  return (shut_ & how) != 0;
}

void UdpEnd::set_limit(size_t receive_buffer) {
  LockGuard guard(lock_);
  limit_ = receive_buffer;
}

void UdpEnd::set_error(Errno error) {
  LockGuard guard(lock_);
  error_ = error;
  show();
}

Errno UdpEnd::take_error() {
  LockGuard guard(lock_);
  const Errno error = std::exchange(error_, Errno{});
  show();
  return error;
}

size_t UdpEnd::bytes_to_read() {
  LockGuard guard(lock_);
  return queue_.empty() ? 0 : queue_.front()->size();
}

void UdpEnd::close() {
  PacketQueue unread;
  LockGuard guard(lock_);
  closed_ = true;
  std::swap(unread, queue_);
}

}  // namespace jacinth::net::inet
