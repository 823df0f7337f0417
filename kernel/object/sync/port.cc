#include "object/sync/port.h"

#include "hal/clock.h"

namespace jacinth {

Result<RefPtr<Port>> Port::create(uint32_t options) {
  if (options != 0 && options != kBindToInterrupt) return fail(Status::InvalidArgs);
  return make_ref<Port>(options);
}

// --- packets in ---

// To the thread that waits longest and has not given up.
bool Port::hand_over(const PacketData& data) {
  while (!waiters_.empty()) {
    Waiting& first = waiters_.front();
    waiters_.pop_front();
    if (!first.waiter.finish(Status::Ok)) continue;
    first.data = data;
    return true;
  }
  return false;
}

Result<> Port::queue_user(const PacketData& data) {
  PacketData packet = data;
  packet.type = PacketType::User;
  LockGuard guard(lock_);
  if (closed_) return fail(Status::BadHandle);
  if (user_packets_ > kMaxUserPackets) return fail(Status::ShouldWait);
  if (hand_over(packet)) return {};
  if (!spare_) spare_ = TRY(make_unique<UserPacket>());
  spare_->data = packet;
  queue_.push_back(*spare_.release());
  ++user_packets_;
  return {};
}

Result<> Port::queue(PortPacket& packet) { return add(packet, false); }
Result<> Port::queue_interrupt(PortPacket& packet) { return add(packet, true); }

Result<> Port::add(PortPacket& packet, bool urgent) {
  {
    LockGuard guard(lock_);
    if (closed_) return fail(Status::BadHandle);
    const bool borrowed = packet.owner_ == PortPacket::Owner::Borrowed;
    if (!hand_over(packet.data)) {
      packet.urgent_ = urgent;
      (urgent ? urgent_ : queue_).push_back(packet);
      return {};
    }
    if (borrowed) return {};
  }
  packet.on_dequeued();
  return {};
}

bool Port::take_back(PortPacket& packet) {
  LockGuard guard(lock_);
  if (!packet.link_.is_linked()) return false;
  Packets& list = packet.urgent_ ? urgent_ : queue_;
  list.erase(list.iterator_to(packet));
  return true;
}

// --- packets out ---

PortPacket* Port::pop(Packets& from) {
  PortPacket& packet = from.front();
  from.pop_front();
  switch (packet.owner_) {
    case PortPacket::Owner::Borrowed:
      return nullptr;
    case PortPacket::Owner::User:
      --user_packets_;
      if (spare_) return &packet;
      spare_.reset(static_cast<UserPacket*>(&packet));
      return nullptr;
    case PortPacket::Owner::Observer:
      retire(static_cast<PortObserver&>(packet));
      return &packet;
    case PortPacket::Owner::Kernel:
      return &packet;
  }
  return nullptr;
}

std::optional<PacketData> Port::take(Waiting* waiting) {
  PacketData data;
  PortPacket* done = nullptr;
  {
    LockGuard guard(lock_);
    Packets& from = urgent_.empty() ? queue_ : urgent_;
    if (from.empty()) {
      if (waiting != nullptr) waiters_.push_back(*waiting);
      return std::nullopt;
    }
    data = from.front().data;
    done = pop(from);
  }
  if (done != nullptr) done->on_dequeued();
  return data;
}

void Port::delist(Waiting& waiting) {
  LockGuard guard(lock_);
  if (waiting.link.is_linked()) waiters_.erase(waiters_.iterator_to(waiting));
}

exec::Eventually<Result<PacketData>> Port::wait(RefPtr<Port> port, Instant deadline,
                                                exec::Slack slack) {
  if (const std::optional<PacketData> packet = port->take(nullptr))
    return Result<PacketData>(*packet);
  if (hal::has_passed(deadline)) return fail(Status::TimedOut);
  return wait_slowly(std::move(port), deadline, slack);
}

exec::Task<Result<PacketData>> Port::wait_slowly(RefPtr<Port> port, Instant deadline,
                                                 exec::Slack slack) {
  Waiting self;
  if (const std::optional<PacketData> packet = port->take(&self)) co_return *packet;
  const Status status = co_await self.waiter.wait(deadline, slack);
  port->delist(self);
  if (status != Status::Ok) co_return fail(status);
  co_return self.data;
}

// --- observers ---

Result<> Port::enlist(PortObserver& observer, const RefPtr<KernelObject>& source, HandleTag tag) {
  LockGuard guard(lock_);
  if (closed_) return fail(Status::BadHandle);
  observer.source_ = source;
  observer.cancel_key_ = {tag, observer.data.key};
  registered_.insert(observer);
  return {};
}

bool Port::match(PortObserver& observer, Signals now) {
  LockGuard guard(lock_);
  PacketData::Signal& signal = observer.data.signal;
  signal.observed |= now;
  if (observer.state_ != PortObserver::State::Armed) return false;
  if (observer.options_.timestamp) signal.timestamp = hal::now().ns;
  if (hand_over(observer.data)) {
    retire(observer);
    return true;
  }
  observer.state_ = PortObserver::State::Queued;
  queue_.push_back(observer);
  return false;
}

bool Port::drop_if_armed(PortObserver& observer) {
  LockGuard guard(lock_);
  if (observer.state_ != PortObserver::State::Armed) return false;
  retire(observer);
  return true;
}

void Port::retire(PortObserver& observer) {
  PortPacket& packet = observer;
  if (packet.link_.is_linked()) queue_.erase(queue_.iterator_to(packet));
  registered_.erase(registered_.iterator_to(observer));
  observer.state_ = PortObserver::State::Gone;
}

Result<> Port::cancel(PortObserver::Key key) {
  Packets gone;
  {
    LockGuard guard(lock_);
    auto [first, last] = registered_.equal_range(key);
    while (first != last) {
      PortObserver& observer = *first++;
      retire(observer);
      gone.push_back(observer);
    }
  }
  if (gone.empty()) return fail(Status::NotFound);
  while (!gone.empty()) {
    PortPacket& packet = gone.front();
    gone.pop_front();
    packet.on_dequeued();
  }
  return {};
}

// --- the end ---

PortPacket* Port::pop_any() {
  if (!registered_.empty()) {
    PortObserver& observer = *registered_.begin();
    retire(observer);
    return &observer;
  }
  while (!queue_.empty()) {
    if (PortPacket* packet = pop(queue_)) return packet;
  }
  return nullptr;
}

void Port::on_zero_handles() {
  {
    LockGuard guard(lock_);
    if (std::exchange(closed_, true)) return;
    urgent_.clear();
  }
  add_ref();
  exec::reap(*this);
}

bool Port::reap(exec::Portion& portion) {
  constexpr uint32_t kUnitsForPacket = 2;
  while (!portion.spent()) {
    PortPacket* packet = nullptr;
    {
      LockGuard guard(lock_);
      packet = pop_any();
    }
    if (packet == nullptr) {
      release();
      return true;
    }
    packet->on_dequeued();
    portion.use(kUnitsForPacket);
  }
  return false;
}

}  // namespace jacinth
