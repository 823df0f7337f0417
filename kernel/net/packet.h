// Packet: a piece of data on its way from one socket to another, with what goes with it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include "base/errno.h"
#include "base/heap.h"
#include "fs/io_buffer.h"
#include "net/file_parcel.h"
#include "net/inet/inet_address.h"
#include "net/message.h"
#include "object/ipc/byte_chain.h"

namespace jacinth::net {

// An address that sockets share: that of an AF_UNIX socket. Immutable.
class Name : public RefCounted {
 public:
  virtual void write_to(SocketAddress& out) const = 0;
};

struct Packet : HeapAllocated {
  // What a packet costs beyond its bytes: bounds how many empty ones a buffer holds.
  static constexpr size_t kOverhead = 256;

  // Copies the next `count` bytes of `source`, resolving faults. EFAULT, ENOMEM. No lock.
  static ErrnoOr<std::unique_ptr<Packet>> copy(fs::IoSource& source, size_t count);

  // Says who sends it: whom the message names, or when `wanted` the current thread.
  void tell_sender(const SendMessage& message, bool wanted);

  // Of the bytes not taken yet, but for the first `skip`, what fits and can be put without
  // resolving a fault. Locks may be held.
  size_t put_now(fs::IoTarget& target, size_t skip) const;
  // For datagrams: the first `most` bytes of it and all that goes with it, for somebody who only
  // looks. ENOMEM. Locks may be held.
  ErrnoOr<std::unique_ptr<Packet>> copy_first(size_t most) const;
  // Fills in a received datagram's bytes and what goes with it. EFAULT. No lock.
  ErrnoOr<> tell(ReceiveMessage& message);

  size_t size() const { return bytes.size() - taken; }
  size_t charge() const { return bytes.size() + kOverhead; }

  Packet* next = nullptr;
  ByteChain bytes;
  size_t taken = 0;      // by the reader of a stream
  size_t full_size = 0;  // of a datagram, of which `bytes` may be a part
  // AF_UNIX:
  FilesPtr files;
  Sender sender;
  bool shows_sender = false;  // somebody wanted it known
  RefPtr<Name> from_name;
  // AF_INET and AF_INET6:
  inet::Endpoint from;
  inet::Endpoint to;
};
using PacketPtr = std::unique_ptr<Packet>;

// First in, first out. Dropping one drops its packets, so hold no lock ranked LockRank::NetTransit
// or above.
class PacketQueue {
 public:
  constexpr PacketQueue() = default;
  PacketQueue(PacketQueue&& other) noexcept { swap(other); }
  PacketQueue& operator=(PacketQueue&& other) noexcept {
    swap(other);
    return *this;
  }
  ~PacketQueue() {
    while (pop()) {
    }
  }

  bool empty() const { return first_ == nullptr; }
  Packet* front() const { return first_; }
  uint32_t count() const { return count_; }
  size_t bytes() const { return bytes_; }    // not taken yet
  size_t charge() const { return charge_; }  // with Packet::kOverhead for each
  void push(PacketPtr packet);
  PacketPtr pop();  // null: empty
  // The first datagram, or for MSG_PEEK a copy of it. EAGAIN, ENOMEM. Locks may be held.
  ErrnoOr<PacketPtr> next(const ReceiveMessage& message);
  // All of `other`.
  void append(PacketQueue& other);
  // `bytes` of the first have been read.
  void take(size_t bytes);

 private:
  void swap(PacketQueue& other) {
    std::swap(first_, other.first_);
    std::swap(last_, other.last_);
    std::swap(count_, other.count_);
    std::swap(bytes_, other.bytes_);
    std::swap(charge_, other.charge_);
  }

  Packet* first_ = nullptr;
  Packet* last_ = nullptr;
  uint32_t count_ = 0;
  size_t bytes_ = 0;
  size_t charge_ = 0;
};

}  // namespace jacinth::net
