// DatagramEnd: what is behind an AF_UNIX datagram socket.
#pragma once

#include "base/intrusive.h"
#include "net/local/local_name.h"
#include "net/packet.h"
#include "object/kernel_object.h"

namespace jacinth::net::local {

// A queue that anybody may send to who knows its name, or only its peer once it has one. Those that
// have this one as their peer are told when its queue is full (they are not ready::kOut then), and
// others by kHasRoom.
class DatagramEnd final : public KernelObject {
 public:
  static constexpr uint32_t kMostQueued = 512;

  static ErrnoOr<RefPtr<DatagramEnd>> create();

  ObjectType type() const override { return ObjectType::None; }
  Rights default_rights() const override { return rights::kBasic; }

  void set_local_name(RefPtr<LocalName> name);
  RefPtr<LocalName> local_name();
  void set_limit(size_t send_buffer);
  void set_pass_credentials(bool pass);

  // Makes `peer` (null: nobody) the one that it sends to, and alone receives from. EPERM: that one
  // has another peer itself.
  ErrnoOr<> connect(RefPtr<DatagramEnd> peer);
  RefPtr<DatagramEnd> connected_to();
  void shutdown(uint32_t how);
  void close();

  // To `receiver`, or to the peer. ENOTCONN; EPIPE; EPERM: it has another peer; ECONNREFUSED: it
  // has gone; EMSGSIZE; EAGAIN: message.full tells who has no room.
  ErrnoOr<> send(SendMessage& message, RefPtr<DatagramEnd> receiver);
  ErrnoOr<> receive(ReceiveMessage& message);

  size_t bytes_to_read();  // of the first datagram
  size_t bytes_unsent();   // of what the peer has not read
  template <typename F>
  void for_each_parcel(F&& visit) {
    LockGuard guard(lock_);
    for (Packet* packet = queue_.front(); packet != nullptr; packet = packet->next) {
      if (packet->files) visit(*packet->files);
    }
  }
  PacketQueue take_all();

 private:
  template <typename T, typename... Args>
  friend Result<RefPtr<T>> jacinth::make_ref(Args&&...);
  DatagramEnd();
  ~DatagramEnd() override;

  ErrnoOr<> may_take(const DatagramEnd& from, size_t limit) REQUIRES(lock_);
  // What is refused stays with the caller.
  ErrnoOr<> take(DatagramEnd& from, PacketPtr& packet, size_t limit);
  void admit(DatagramEnd& admirer);
  void dismiss(DatagramEnd& admirer);
  void show() REQUIRES(lock_);

  SpinLock connecting_{LockRank::NetSocket};  // one change of peer at a time
  SpinLock lock_{LockRank::Object};
  PacketQueue queue_ GUARDED_BY(lock_);
  RefPtr<DatagramEnd> peer_ GUARDED_BY(lock_);
  RefPtr<LocalName> name_ GUARDED_BY(lock_);
  size_t send_limit_ GUARDED_BY(lock_) = 0;
  bool pass_credentials_ GUARDED_BY(lock_) = false;
  bool receive_shut_ GUARDED_BY(lock_) = false;
  bool send_shut_ GUARDED_BY(lock_) = false;
  bool closed_ GUARDED_BY(lock_) = false;
  bool full_ GUARDED_BY(lock_) = false;      // as the admirers know
  size_t refused_at_ GUARDED_BY(lock_) = 0;  // the least limit of those who wait; 0: nobody
  ListHook admirer_link_;                    // under the peer's lock
  IntrusiveList<DatagramEnd, &DatagramEnd::admirer_link_> admirers_
      GUARDED_BY(lock_);  // whose peer this is
};

}  // namespace jacinth::net::local
