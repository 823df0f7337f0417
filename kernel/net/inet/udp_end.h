// UdpEnd: what is behind a UDP socket: the datagrams that have come for it.
#pragma once

#include "net/packet.h"
#include "object/kernel_object.h"

namespace jacinth::net::inet {

class UdpEnd final : public KernelObject {
 public:
  static ErrnoOr<RefPtr<UdpEnd>> create();

  ObjectType type() const override { return ObjectType::None; }
  Rights default_rights() const override { return rights::kBasic; }

  // Takes a datagram in, or drops it when SO_RCVBUF is used up, as UDP may.
  void take(PacketPtr datagram);
  // EAGAIN: none is there. ECONNREFUSED, once: nobody hears what was sent.
  ErrnoOr<PacketPtr> next(const ReceiveMessage& message);
  void shutdown(uint32_t how);
  bool is_shut(uint32_t how);
  void set_limit(size_t receive_buffer);
  void set_error(Errno error);
  Errno take_error();
  size_t bytes_to_read();  // of the first datagram
  void close();

 private:
  template <typename T, typename... Args>
  friend Result<RefPtr<T>> jacinth::make_ref(Args&&...);
  UdpEnd() : KernelObject(fs::ready::kOut) {}

  void show() REQUIRES(lock_);

  SpinLock lock_{LockRank::Object};
  PacketQueue queue_ GUARDED_BY(lock_);
  size_t limit_ GUARDED_BY(lock_) = 0;
  uint32_t shut_ GUARDED_BY(lock_) = 0;
  bool closed_ GUARDED_BY(lock_) = false;
  Errno error_ GUARDED_BY(lock_){};
};

}  // namespace jacinth::net::inet
