// MessagePacket: what travels through a channel. Bytes, and handles that belong to no process
// meanwhile.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>

#include "exec/reaper.h"
#include "object/handle.h"

namespace jacinth {

struct MessageSize {
  uint32_t bytes = 0;
  uint32_t handles = 0;
  friend bool operator==(MessageSize, MessageSize) = default;
};
inline constexpr MessageSize kMaxMessage{.bytes = 65536, .handles = 64};

class MessagePacket;
struct MessageDestroyer {
  void operator()(MessagePacket* message) const;
};
// Dropping one closes the handles in it, so hold no lock. Messages inside channels inside messages
// … are left to the reaper, however deep they are nested.
using MessagePtr = std::unique_ptr<MessagePacket, MessageDestroyer>;

// One heap block holds the packet, its handles and its bytes:
//
//     ┌────────┬───────────────────┬───────┐
//     │ packet │ Handle[handles]   │ bytes │     bytes that would make it larger than a page
//     └────────┴───────────────────┴───────┘     have a block of their own
class MessagePacket final : private exec::Remains {
 public:
  // A message with room for exactly `size`: the bytes are not initialised, the handles are empty;
  // the creator fills them in. OUT_OF_RANGE beyond kMaxMessage, NO_MEMORY.
  static Result<MessagePtr> create(MessageSize size);
  // The same filled with `bytes`; for messages that the kernel sends.
  static Result<MessagePtr> create(std::span<const std::byte> bytes, uint32_t handles = 0);

  MessagePacket(const MessagePacket&) = delete;
  MessagePacket& operator=(const MessagePacket&) = delete;

  MessageSize size() const { return size_; }
  std::span<std::byte> bytes() { return {bytes_, size_.bytes}; }
  std::span<Handle> handles() { return {handle_array(), size_.handles}; }

  // The transaction id, the first four bytes; 0 when the message is shorter.
  uint32_t txid() const;
  // Overwrites it; the message has four bytes at least.
  void set_txid(uint32_t txid);

 private:
  friend class MessageQueue;
  friend struct MessageDestroyer;

  explicit MessagePacket(MessageSize size) : size_(size) {}
  Handle* handle_array() { return reinterpret_cast<Handle*>(this + 1); }
  std::byte* end_of_handles() {
    return reinterpret_cast<std::byte*>(handle_array() + size_.handles);
  }
  void free();
  bool reap(exec::Portion& portion) override;

  std::byte* bytes_ = nullptr;
  const MessageSize size_;
};

// First in, first out; no allocation. Dropping it destroys what is in it, so hold no lock.
class MessageQueue {
 public:
  constexpr MessageQueue() = default;
  MessageQueue(MessageQueue&& other) noexcept { swap(other); }
  MessageQueue& operator=(MessageQueue&& other) noexcept {
    swap(other);
    return *this;
  }
  ~MessageQueue();

  bool empty() const { return list_.empty(); }
  size_t size() const { return count_; }
  MessagePacket& front() { return static_cast<MessagePacket&>(list_.front()); }
  void push_back(MessagePtr message);
  MessagePtr pop_front();

 private:
  void swap(MessageQueue& other) {
    std::swap(list_, other.list_);
    std::swap(count_, other.count_);
  }

  exec::RemainsList list_;
  size_t count_ = 0;
};

}  // namespace jacinth
