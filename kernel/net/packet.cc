#include "net/packet.h"

#include <algorithm>

namespace jacinth::net {

ErrnoOr<PacketPtr> Packet::copy(fs::IoSource& source, size_t count) {
  PacketPtr packet(new (std::nothrow) Packet());
  if (!packet) return fail(Errno::NOMEM);
  packet->full_size = count;
  while (packet->bytes.size() < count) {
    const auto place = TRY(to_errno(packet->bytes.extend(count - packet->bytes.size())));
    if (TRY(source.take(place)) != place.size()) return fail(Errno::FAULT);
  }
  return packet;
}

void Packet::tell_sender(const SendMessage& message, bool wanted) {
  shows_sender = wanted || message.credentials.has_value();
  if (message.credentials) {
    sender = *message.credentials;
  } else if (wanted) {
    sender = current_sender();
  }
}

size_t Packet::put_now(fs::IoTarget& target, size_t skip) const {
  skip += taken;
  size_t done = 0;
  bool going = true;
  (void)bytes.for_each([&](std::span<const std::byte> piece) -> Result<> {
    const size_t passed = std::min(skip, piece.size());
    skip -= passed;
    piece = piece.subspan(passed);
    if (!going || piece.empty()) return {};
    const size_t put = target.put_now(piece);
    done += put;
    going = put == piece.size();
    return {};
  });
  return done;
}

ErrnoOr<PacketPtr> Packet::copy_first(size_t most) const {
  PacketPtr copied(new (std::nothrow) Packet());
  if (!copied) return fail(Errno::NOMEM);
  copied->bytes = TRY(to_errno(bytes.copy(std::min(most, bytes.size()))));
  copied->full_size = full_size;
  if (files) copied->files = TRY(files->copy());
  copied->sender = sender;
  copied->shows_sender = shows_sender;
  copied->from_name = from_name;
  copied->from = from;
  copied->to = to;
  return copied;
}

ErrnoOr<> Packet::tell(ReceiveMessage& message) {
  const size_t room = message.data.remaining();
  ErrnoOr<> told;
  (void)bytes.for_each([&](std::span<const std::byte> piece) -> Result<> {
    piece = piece.first(std::min(piece.size(), message.data.remaining()));
    if (!told || piece.empty()) return {};
    const ErrnoOr<size_t> put = message.data.put(piece);
    if (!put || *put != piece.size()) told = fail(Errno::FAULT);
    return {};
  });
  message.files = std::move(files);
  if (message.files) message.files->arrive();
  TRY(std::move(told));
  message.credentials = shows_sender ? sender : Sender{0, kOverflowId, kOverflowId};
  message.done = std::min(room, full_size);
  if (message.done < full_size) {
    message.result_flags |= message_flag::kCut;
    if ((message.flags & message_flag::kCut) != 0) message.done = full_size;
  }
  return {};
}

void PacketQueue::push(PacketPtr packet) {
  Packet* const added = packet.release();
  (last_ == nullptr ? first_ : last_->next) = added;
  last_ = added;
  ++count_;
  bytes_ += added->size();
  charge_ += added->charge();
}

PacketPtr PacketQueue::pop() {
  PacketPtr taken(first_);
  if (!taken) return taken;
  first_ = std::exchange(taken->next, nullptr);
  if (first_ == nullptr) last_ = nullptr;
  --count_;
  bytes_ -= taken->size();
  charge_ -= taken->charge();
  return taken;
}

ErrnoOr<PacketPtr> PacketQueue::next(const ReceiveMessage& message) {
  if (empty()) return fail(Errno::AGAIN);
  if ((message.flags & message_flag::kPeek) != 0)
    return first_->copy_first(message.data.remaining());
  return pop();
}

void PacketQueue::append(PacketQueue& other) {
  if (other.empty()) return;
  (last_ == nullptr ? first_ : last_->next) = std::exchange(other.first_, nullptr);
  last_ = std::exchange(other.last_, nullptr);
  count_ += std::exchange(other.count_, 0);
  bytes_ += std::exchange(other.bytes_, 0);
  charge_ += std::exchange(other.charge_, 0);
}

void PacketQueue::take(size_t bytes) {
  first_->taken += bytes;
  bytes_ -= bytes;
}

}  // namespace jacinth::net
