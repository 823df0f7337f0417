#include "object/ipc/fifo.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace jacinth {

Result<HandlePair> Fifo::create(Geometry geometry) {
  const auto [count, element_size] = geometry;
  if (count == 0 || count > kMaxBytes || !std::has_single_bit(count) || element_size == 0 ||
      element_size > kMaxBytes || geometry.bytes() > kMaxBytes)
    return fail(Status::OutOfRange);
  HandlePair pair = TRY(make_pair(geometry));
  TRY(allocate_ring(pair.first));
  TRY(allocate_ring(pair.second));
  return pair;
}

Result<> Fifo::allocate_ring(const Handle& end) {
  auto& fifo = static_cast<Fifo&>(*end.object());
  fifo.ring_ = static_cast<std::byte*>(heap_allocate(fifo.geometry_.bytes()));
  if (fifo.ring_ == nullptr) return fail(Status::NoMemory);
  return {};
}

Result<size_t> Fifo::room_locked(size_t element_size, size_t count) {
  if (!peer_) return fail(Status::PeerClosed);
  if (!accepts(element_size, count)) return fail(Status::OutOfRange);
  peer_->lock_.assert_held();
  const size_t free = peer_->free();
  if (free == 0) return fail(Status::ShouldWait);
  return std::min(count, free);
}

Result<size_t> Fifo::room(size_t element_size, size_t count) {
  LockGuard guard(lock_);
  return room_locked(element_size, count);
}

Result<size_t> Fifo::write(size_t element_size, std::span<const std::byte> elements) {
  LockGuard guard(lock_);
  const size_t count = TRY(room_locked(element_size, elements.size() / geometry_.element_size));
  Fifo& peer = *peer_;
  peer.lock_.assert_held();
  peer.append(elements, count);
  if (peer.free() == 0) update_signals(signals::kWritable, 0);
  return count;
}

void Fifo::append(std::span<const std::byte> elements, size_t count) {
  const size_t size = geometry_.element_size;
  const size_t before_wrap = geometry_.count - (end_ & (geometry_.count - 1));
  const size_t first = std::min(count, before_wrap);
  memcpy(slot(end_), elements.data(), first * size);
  memcpy(ring_, elements.data() + first * size, (count - first) * size);
  const bool was_empty = queued() == 0;
  end_ += count;
  if (was_empty) update_signals(0, signals::kReadable);
}

Result<Fifo::Peeked> Fifo::peek(size_t element_size, std::span<std::byte> elements) {
  const size_t wanted = elements.size() / geometry_.element_size;
  if (!accepts(element_size, wanted)) return fail(Status::OutOfRange);
  LockGuard guard(lock_);
  if (queued() == 0) return fail(peer_ ? Status::ShouldWait : Status::PeerClosed);
  const size_t count = std::min(wanted, queued());
  const size_t before_wrap = geometry_.count - (begin_ & (geometry_.count - 1));
  const size_t first = std::min(count, before_wrap);
  memcpy(elements.data(), slot(begin_), first * element_size);
  memcpy(elements.data() + first * element_size, ring_, (count - first) * element_size);
  return Peeked{count, begin_};
}

bool Fifo::consume(const Peeked& peeked) {
  LockGuard guard(lock_);
  if (begin_ != peeked.position) return false;
  const bool was_full = free() == 0;
  begin_ += peeked.count;
  if (queued() == 0) update_signals(signals::kReadable, 0);
  if (was_full && peer_) peer_->update_signals(0, signals::kWritable);
  return true;
}

}  // namespace jacinth
