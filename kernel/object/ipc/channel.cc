#include "object/ipc/channel.h"

namespace jacinth {

void Channel::set_owner(Koid owner) {
  LockGuard guard(lock_);
  owner_ = owner;
}

Result<MessagePtr> Channel::read(MessageSize limits, TooLarge too_large, MessageSize* actual,
                                 Koid caller, uint32_t room) {
  MessagePtr discarded;  // destroyed after the lock is free
  LockGuard guard(lock_);
  if (!owned_by(caller)) return fail(Status::BadHandle);
  if (queue_.empty()) return fail(peer_ ? Status::ShouldWait : Status::PeerClosed);
  *actual = queue_.front().size();
  const bool fits = actual->bytes <= limits.bytes && actual->handles <= limits.handles;
  if (!fits && too_large == TooLarge::Keep) return fail(Status::BufferTooSmall);
  if (fits && actual->handles > room) return fail(Status::Next);
  MessagePtr message = queue_.pop_front();
  if (queue_.empty()) update_signals(signals::kReadable, 0);
  if (fits) return message;
  discarded = std::move(message);
  return fail(Status::BufferTooSmall);
}

Result<Channel::Flooded> Channel::write(MessagePtr message, Koid caller) {
  LockGuard guard(lock_);
  if (!owned_by(caller)) return fail(Status::BadHandle);
  if (!peer_) return fail(Status::PeerClosed);
  Channel& peer = *peer_;
  peer.lock_.assert_held();
  if (peer.answer(message)) return Flooded::No;
  peer.enqueue(std::move(message));
  return peer.queue_.size() > kMaxPending ? Flooded::Yes : Flooded::No;
}

void Channel::enqueue(MessagePtr message) {
  queue_.push_back(std::move(message));
  if (queue_.size() == 1) update_signals(0, signals::kReadable);
}

bool Channel::answer(MessagePtr& message) {
  if (calls_.empty()) return false;
  MessageWaiter* const call = calls_.find(message->txid());
  if (call == nullptr) return false;
  call->reply_ = std::move(message);
  end_call(*call, Status::Ok);
  return true;
}

void Channel::end_call(MessageWaiter& call, Status outcome) {
  calls_.erase(call);
  call.waiting_ = false;
  call.outcome_ = outcome;
  if (call.sleeper_ != nullptr) call.sleeper_->finish(outcome);
}

void Channel::end_all_calls(Status outcome) {
  while (MessageWaiter* call = calls_.any()) end_call(*call, outcome);
}

uint32_t Channel::unused_txid() {
  do {
    last_txid_ = (last_txid_ + 1) | kKernelTxid;
  } while (calls_.find(last_txid_) != nullptr);
  return last_txid_;
}

Result<> Channel::send_request(MessageWaiter& call, MessagePtr request, Koid caller) {
  if (call.pending()) return fail(Status::BadState);
  if (request->size().bytes < sizeof(uint32_t)) return fail(Status::InvalidArgs);
  LockGuard guard(lock_);
  if (!owned_by(caller)) return fail(Status::BadHandle);
  if (!peer_) return fail(Status::PeerClosed);
  Channel& peer = *peer_;
  peer.lock_.assert_held();
  call.txid_ = unused_txid();
  call.channel_ = RefPtr(this);
  calls_.insert(call);
  call.waiting_ = true;
  request->set_txid(call.txid_);
  // Never taken for a reply, though a call at the other end may by chance have the same id.
  peer.enqueue(std::move(request));
  call.flooded_ = peer.queue_.size() > kMaxPending;
  return {};
}

void MessageWaiter::begin_wait(exec::Waiter& sleeper) {
  LockGuard guard(channel_->lock_);
  if (waiting_) {
    sleeper_ = &sleeper;
  } else {
    sleeper.finish(outcome_);
  }
}

Result<MessagePtr> MessageWaiter::collect(Status wait_status) {
  if (wait_status == Status::Ok) {
    // The answer ends a wait so, and was the last that anybody else did with this call.
    sleeper_ = nullptr;
    channel_.reset();
    return std::move(reply_);
  }
  Channel& channel = *channel_;
  RefPtr<Channel> done;  // released after the lock is free
  LockGuard guard(channel.lock_);
  sleeper_ = nullptr;
  // An answer counts even when the wait ended for another reason at the same time.
  if (waiting_) {
    if (wait_status == Status::InternalIntrRetry) return fail(wait_status);
    channel.end_call(*this, wait_status);
  }
  done = std::move(channel_);
  if (outcome_ != Status::Ok) return fail(outcome_);
  return std::move(reply_);
}

void MessageWaiter::abandon() {
  if (!pending()) return;
  MessagePtr reply;
  const RefPtr<Channel> channel = std::move(channel_);
  LockGuard guard(channel->lock_);
  if (waiting_) channel->end_call(*this, Status::Canceled);
  reply = std::move(reply_);
}

Result<> Channel::check_carried(const Handle& handle) const {
  if (!handle.has(rights::kTransfer)) return fail(Status::AccessDenied);
  if (handle.object() == this) return fail(Status::NotSupported);
  return {};
}

size_t Channel::message_count() const {
  LockGuard guard(lock_);
  return queue_.size();
}

void Channel::on_zero_handles() {
  RefPtr<Channel> other;
  MessageQueue unread;  // destroyed after the lock is free, as nobody can read them any more
  LockGuard guard(lock_);
  other = disconnect();
  unread = std::move(queue_);
  end_all_calls(Status::Canceled);
  if (!other) return;
  other->lock_.assert_held();
  other->end_all_calls(Status::PeerClosed);
}

}  // namespace jacinth
