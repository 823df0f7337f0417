#include "object/ipc/message.h"

#include <cstring>

namespace jacinth {

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

bool MessagePacket::reap(exec::Portion& portion) {
  portion.use(1 + size_.handles);
  free();
  return true;
}

void MessageDestroyer::operator()(MessagePacket* message) const {
  if (message->size_.handles == 0) return message->free();
  exec::reap(*message);
}

MessageQueue::~MessageQueue() { exec::reap(list_); }

void MessageQueue::push_back(MessagePtr message) {
  list_.push_back(*message.release());
  ++count_;
}

MessagePtr MessageQueue::pop_front() {
  --count_;
  return MessagePtr(static_cast<MessagePacket*>(&list_.pop_front()));
}

}  // namespace jacinth
