// Fifo: one end of a two-way queue of small elements of one size, made for control messages.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "object/ipc/peered.h"

namespace jacinth {

// READABLE while elements are queued here; WRITABLE while the peer has room.
//
// User memory may fault while it is copied, and must not be touched under a lock, so both ways have
// two steps. To write: room(), copy that much in, write(). To read: peek(), copy out, consume();
// when another reader was faster, consume() says so and the reader starts anew.
class Fifo final : public PeeredObject<Fifo> {
 public:
  static constexpr ObjectType kType = ObjectType::Fifo;
  static constexpr Rights kDefaultRights =
      rights::kBasic | rights::kIo | rights::kSignal | rights::kSignalPeer;
  static constexpr size_t kMaxBytes = 4096;

  // How many elements of how many bytes each direction holds.
  struct Geometry {
    size_t count;
    size_t element_size;
    size_t bytes() const { return count * element_size; }
  };

  // OUT_OF_RANGE unless both are positive, the count is a power of two and the product at most
  // kMaxBytes; NO_MEMORY.
  static Result<HandlePair> create(Geometry geometry);
  Fifo(RefPtr<PeerHolder> holder, Geometry geometry)
      : PeeredObject(std::move(holder), signals::kWritable), geometry_(geometry) {}
  ~Fifo() override { heap_free(ring_); }

  ObjectType type() const override { return kType; }
  Rights default_rights() const override { return kDefaultRights; }
  const Geometry& geometry() const { return geometry_; }

  // How many of `count` elements can be written now, at least one. PEER_CLOSED; OUT_OF_RANGE for a
  // count of 0 or another element size; SHOULD_WAIT when there is no room.
  Result<size_t> room(size_t element_size, size_t count);
  // Writes as many whole elements as there is room for, and returns their number. Errors as room().
  Result<size_t> write(size_t element_size, std::span<const std::byte> elements);

  // The first elements of the queue, and where they are in the stream of all elements.
  struct Peeked {
    size_t count;
    uint64_t position;
  };
  // Copies the first elements, as many as fit, leaving them queued. OUT_OF_RANGE as above;
  // SHOULD_WAIT when there are none, PEER_CLOSED when there never will be.
  Result<Peeked> peek(size_t element_size, std::span<std::byte> elements);
  // Removes what was peeked; false when someone else has removed some of it.
  [[nodiscard]] bool consume(const Peeked& peeked);

 private:
  static Result<> allocate_ring(const Handle& end);

  bool accepts(size_t element_size, size_t count) const {
    return element_size == geometry_.element_size && count != 0;
  }
  size_t queued() const REQUIRES(lock_) { return static_cast<size_t>(end_ - begin_); }
  size_t free() const REQUIRES(lock_) { return geometry_.count - queued(); }
  std::byte* slot(uint64_t position) const REQUIRES(lock_) {
    return ring_ + (position & (geometry_.count - 1)) * geometry_.element_size;
  }
  Result<size_t> room_locked(size_t element_size, size_t count) REQUIRES(lock_);
  void append(std::span<const std::byte> elements, size_t count) REQUIRES(lock_);

  const Geometry geometry_;
  // What the peer has written: the elements from begin_ to end_, counted since the beginning.
  std::byte* ring_ = nullptr;
  uint64_t begin_ GUARDED_BY(lock_) = 0;
  uint64_t end_ GUARDED_BY(lock_) = 0;
};

}  // namespace jacinth
