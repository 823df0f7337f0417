#include "object/ipc/message.h"

#include <array>
#include <cstring>

#include "base/never_destroyed.h"
#include "exec/deferred.h"
#include "hal/cpu.h"

namespace jacinth {
// The messages that a CPU is destroying. Closing a handle may destroy a channel and with it the
// messages queued there, whose handles may be channels …: they line up here instead of destroying
// each other recursively, which would need a stack as deep as user programs like. What exceeds a
// portion is left for later, so that the CPU is not lost to others for long.
//
// The kernel is not preempted and destruction does not suspend, so all this is the CPU's own.
class alignas(64) MessageDestruction {
 public:
  static MessageDestruction& here();

  // Destroys the messages, and what hangs on them: at once, but for what exceeds a portion.
  void destroy(MessageQueue& messages) {
    fresh_.append(messages);
    if (!draining_) drain();
  }

 private:
  static constexpr size_t kPortion = 1024;  // messages and handles

  void drain() {
    draining_ = true;
    for (size_t done = 0; !fresh_.empty() && done < kPortion;) {
      done += 1 + fresh_.front().size().handles;
      fresh_.pop_front().release()->free();
    }
    draining_ = false;
    backlog_.append(fresh_);
    if (!backlog_.empty()) rest_.schedule();
  }
  static void drain_backlog() {
    MessageDestruction& self = here();
    self.fresh_.append(self.backlog_);
    self.drain();
  }

  MessageQueue fresh_;
  MessageQueue backlog_;  // apart, so that what is destroyed next does not queue up behind it
  bool draining_ = false;
  exec::Deferred rest_{drain_backlog};
};

namespace {
constinit NeverDestroyed<std::array<MessageDestruction, hal::kMaxCpus>> destruction;
}

MessageDestruction& MessageDestruction::here() { return (*destruction)[hal::current_cpu()]; }

Result<MessagePtr> MessagePacket::create(MessageSize size) {
  if (size.bytes > kMaxMessage.bytes || size.handles > kMaxMessage.handles)
    return fail(Status::OutOfRange);
  const size_t head = sizeof(MessagePacket) + size.handles * sizeof(Handle);
  const bool in_one = head + size.bytes <= kPageSize;
  void* block = heap_allocate(in_one ? head + size.bytes : head);
  if (block == nullptr) return fail(Status::NoMemory);
  auto* message = new (block) MessagePacket(size);
  std::uninitialized_value_construct_n(message->handle_array(), size.handles);
  if (in_one) {
    message->bytes_ = message->end_of_handles();
  } else {
    message->bytes_ = static_cast<std::byte*>(heap_allocate(size.bytes));
    if (message->bytes_ == nullptr) {
      heap_free(block);
      return fail(Status::NoMemory);
    }
  }
  return MessagePtr(message);
}

Result<MessagePtr> MessagePacket::create(std::span<const std::byte> bytes, uint32_t handles) {
  if (bytes.size() > kMaxMessage.bytes) return fail(Status::OutOfRange);
  MessagePtr message = TRY(create({static_cast<uint32_t>(bytes.size()), handles}));
  if (!bytes.empty()) memcpy(message->bytes_, bytes.data(), bytes.size());
  return message;
}

uint32_t MessagePacket::txid() const {
  uint32_t txid = 0;
  if (size_.bytes >= sizeof txid) memcpy(&txid, bytes_, sizeof txid);
  return txid;
}

void MessagePacket::set_txid(uint32_t txid) {
  ASSERT(size_.bytes >= sizeof txid);
  memcpy(bytes_, &txid, sizeof txid);
}

void MessagePacket::free() {
  std::destroy_n(handle_array(), size_.handles);
  if (bytes_ != end_of_handles()) heap_free(bytes_);
  heap_free(this);
}

void MessageDestroyer::operator()(MessagePacket* message) const {
  if (message->size_.handles == 0) return message->free();
  MessageQueue single;
  single.push_back(MessagePtr(message));
  MessageDestruction::here().destroy(single);
}

MessageQueue::~MessageQueue() {
  if (!empty()) MessageDestruction::here().destroy(*this);
}

void MessageQueue::push_back(MessagePtr message) {
  MessagePacket* added = message.release();
  added->next_ = nullptr;
  (last_ == nullptr ? first_ : last_->next_) = added;
  last_ = added;
  ++count_;
}

void MessageQueue::append(MessageQueue& other) {
  if (other.empty()) return;
  (last_ == nullptr ? first_ : last_->next_) = std::exchange(other.first_, nullptr);
  last_ = std::exchange(other.last_, nullptr);
  count_ += std::exchange(other.count_, 0);
}

MessagePtr MessageQueue::pop_front() {
  MessagePacket* taken = first_;
  first_ = taken->next_;
  if (first_ == nullptr) last_ = nullptr;
  --count_;
  return MessagePtr(taken);
}

}  // namespace jacinth
