#include "object/dev/interrupt.h"

namespace jacinth {

Result<RefPtr<Interrupt>> Interrupt::create_virtual() { return make_ref<Interrupt>(); }

Interrupt::~Interrupt() = default;

void Interrupt::on_zero_handles() { (void)destroy(); }

// --- Waiting
// --------------------------------------------------------------------------------------

Result<Instant> Interrupt::take(Waiting* waiting) {
  LockGuard guard(lock_);
  if (port_) return fail(Status::BadState);
  if (state_ == State::Destroyed) return fail(Status::Canceled);
  if (pending_) {
    pending_ = false;
    state_ = State::NeedsAck;
    return when_;
  }
  if (state_ == State::NeedsAck) {
    state_ = State::Idle;
    unmask();
  }
  if (waiting != nullptr) waiters_.push_back(*waiting);
  return fail(Status::ShouldWait);
}

void Interrupt::delist(Waiting& waiting) {
  LockGuard guard(lock_);
  if (waiting.link.is_linked()) waiters_.erase(waiters_.iterator_to(waiting));
}

exec::Eventually<Result<Instant>> Interrupt::wait(RefPtr<Interrupt> interrupt) {
  const Result<Instant> now = interrupt->take(nullptr);
  if (now || now.error() != Status::ShouldWait) return now;
  return wait_slowly(std::move(interrupt));
}

exec::Task<Result<Instant>> Interrupt::wait_slowly(RefPtr<Interrupt> interrupt) {
  Waiting self;
  const Result<Instant> now = interrupt->take(&self);
  if (now || now.error() != Status::ShouldWait) co_return now;
  const Status status = co_await self.waiter.wait(kForever);
  interrupt->delist(self);
  if (status != Status::Ok) co_return fail(status);
  co_return self.when;
}

// --- Triggering
// -----------------------------------------------------------------------------------

Result<> Interrupt::trigger(Instant when) {
  if (!is_virtual()) return fail(Status::BadState);
  LockGuard guard(lock_);
  if (state_ == State::Destroyed) return fail(Status::Canceled);
  raise_locked(when);
  return {};
}

void Interrupt::raise(Instant when) {
  LockGuard guard(lock_);
  if (state_ != State::Destroyed) raise_locked(when);
}

void Interrupt::raise_locked(Instant when) {
  if (!pending_) when_ = when;
  pending_ = true;
  if (state_ == State::NeedsAck) return;
  state_ = State::Triggered;
  if (port_) return send();
  while (!waiters_.empty()) {
    Waiting& first = waiters_.front();
    waiters_.pop_front();
    if (!first.waiter.finish(Status::Ok)) continue;
    first.when = when_;
    pending_ = false;
    state_ = State::NeedsAck;
    return;
  }
}

// A port without handles takes no packet: then nobody will acknowledge it either.
void Interrupt::send() {
  packet_.data.type = PacketType::Interrupt;
  packet_.data.interrupt = {.timestamp = when_.ns, .reserved = {}};
  pending_ = false;
  state_ = State::NeedsAck;
  (void)port_->queue_interrupt(packet_);
}

Result<> Interrupt::ack() {
  LockGuard guard(lock_);
  if (state_ == State::Destroyed) return fail(Status::Canceled);
  if (!port_) return fail(Status::BadState);
  if (state_ != State::NeedsAck) return {};
  // Its packet may not even have been read.
  (void)port_->take_back(packet_);
  state_ = State::Idle;
  if (pending_) {
    send();
  } else {
    unmask();
  }
  return {};
}

// --- Ports
// ----------------------------------------------------------------------------------------

Result<> Interrupt::bind(RefPtr<Port> port, uint64_t key) {
  if (!port->takes_interrupts()) return fail(Status::WrongType);
  LockGuard guard(lock_);
  if (state_ == State::Destroyed) return fail(Status::Canceled);
  if (!waiters_.empty()) return fail(Status::BadState);
  if (port_) return fail(Status::AlreadyBound);
  port_ = std::move(port);
  packet_.data.key = key;
  if (pending_) send();
  return {};
}

Result<> Interrupt::unbind(const Port& port) {
  RefPtr<Port> unbound;
  LockGuard guard(lock_);
  if (state_ == State::Destroyed) return fail(Status::Canceled);
  if (port_.get() != &port) return fail(Status::NotFound);
  (void)port_->take_back(packet_);
  unbound = std::move(port_);
  return {};
}

Result<> Interrupt::destroy() {
  RefPtr<Port> port;
  bool being_dealt_with = false;
  bool is_first = false;
  {
    LockGuard guard(lock_);
    if (port_) {
      const bool queued = port_->take_back(packet_);
      being_dealt_with = !queued && state_ == State::NeedsAck;
      port = std::move(port_);
    }
    is_first = state_ != State::Destroyed;
    state_ = State::Destroyed;
    while (!waiters_.empty()) {
      waiters_.front().waiter.finish(Status::Canceled);
      waiters_.pop_front();
    }
  }
  if (is_first) close();
  if (being_dealt_with) return fail(Status::NotFound);
  return {};
}

}  // namespace jacinth
