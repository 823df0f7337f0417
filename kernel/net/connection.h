// Connection: both directions between two sockets that are connected to one another.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/errno.h"
#include "base/ref_ptr.h"
#include "base/spinlock.h"
#include "net/packet.h"
#include "object/kernel_object.h"

namespace jacinth::net {

// What lies between, for streams and sequenced packets within this machine:
//
//      side 0 ── send ──► [queue of side 1] ── receive ──► side 1
//      side 0 ◄─ receive ─ [queue of side 0] ◄── send ──── side 1
//
// No segments, no acknowledgements: what is sent is there. What a peer can see of TCP's states
// (half-closed, reset, refused) is kept all the same, as `Rules` say.
//
// Each side has a watcher, the kernel object whose signals (fs::ready::…) tell how ready it is.
// One lock for both sides, so that a shutdown is seen by both at once.
class Connection final : public RefCounted {
 public:
  enum class Rules : uint8_t { LocalStream, LocalRecords, Tcp };
  // The longest piece of a stream that is moved at once, and so one packet.
  static constexpr size_t kPiece = 32768;
  // How many records may lie in a queue.
  static constexpr uint32_t kMostRecords = 512;

  // What a side brings along. The other side may ask for it even when this one has closed.
  struct Identity {
    RefPtr<Name> name;       // AF_UNIX; null: has none
    inet::Endpoint address;  // AF_INET and AF_INET6
    Sender credentials = kNoSender;
  };
  struct Limits {
    size_t send = 0;     // SO_SNDBUF, in bytes with overhead
    size_t receive = 0;  // SO_RCVBUF; counts for TCP
  };

  static ErrnoOr<RefPtr<Connection>> create(Rules rules);

  // Side `side` is there, or is another object from now on.
  void attach(unsigned side, KernelObject& watcher, const Limits& limits);
  // It has gone; its watcher is not touched any more. `reset`: without a farewell (SO_LINGER 0).
  void close(unsigned side, bool abrupt);
  void shutdown(unsigned side, uint32_t how);

  // Sends what there is room for; `message.done` tells how much. EAGAIN: wait for ready::kOut and
  // go on. EPIPE, ECONNRESET, EMSGSIZE, EFAULT, ENOMEM.
  ErrnoOr<> send(unsigned side, SendMessage& message);
  // Receives what is there. EAGAIN: nothing (more) is; wait for ready::kIn. 0 bytes: the end.
  // `shows_senders`: bytes of different senders are kept apart.
  ErrnoOr<> receive(unsigned side, ReceiveMessage& message, bool shows_senders);

  void set_identity(unsigned side, Identity identity);
  Identity identity(unsigned side);
  void set_limits(unsigned side, const Limits& limits);
  void set_pass_credentials(unsigned side, bool pass);
  // SO_ERROR: told once.
  Errno take_error(unsigned side);
  size_t bytes_to_read(unsigned side);
  size_t bytes_unread_by_peer(unsigned side);

  // What TCP_INFO and getpeername() tell of a side.
  enum class Phase : uint8_t { Established, PeerFinished, WeFinished, Over };
  Phase phase(unsigned side);

  // Calls visit(FileParcel&) for each parcel that `side` has not received.
  template <typename F>
  void for_each_parcel(unsigned side, F&& visit) {
    LockGuard guard(lock_);
    for (Packet* packet = sides_[side].queue.front(); packet != nullptr; packet = packet->next) {
      if (packet->files) visit(*packet->files);
    }
  }
  // What `side` has not received, for good.
  PacketQueue take_all(unsigned side);

 private:
  template <typename T, typename... Args>
  friend Result<RefPtr<T>> jacinth::make_ref(Args&&...);

  struct Side {
    KernelObject* watcher = nullptr;  // null: not there yet, or closed
    PacketQueue queue;                // what it has to read
    Limits limits;
    Identity identity;
    Errno error{};  // SO_ERROR
    bool receive_shut = false;
    bool send_shut = false;
    bool peer_finished = false;  // the peer sends no more
    bool closed = false;
    bool pass_credentials = false;
  };

  explicit Connection(Rules rules) : rules_(rules) {}

  bool is_local() const { return rules_ != Rules::Tcp; }
  size_t room_limit(unsigned side) const REQUIRES(lock_);
  ErrnoOr<> may_send(unsigned side, size_t done) REQUIRES(lock_);
  void reset(Side& victim) REQUIRES(lock_);
  void push(unsigned side, PacketPtr packet) REQUIRES(lock_);
  bool shows_senders() const REQUIRES(lock_) {
    return sides_[0].pass_credentials || sides_[1].pass_credentials;
  }
  static ErrnoOr<PacketPtr> make_packet(SendMessage& message, size_t bytes, bool shows_sender);
  ErrnoOr<> send_record(unsigned side, SendMessage& message);
  ErrnoOr<> send_piece(unsigned side, SendMessage& message);
  ErrnoOr<> receive_record(unsigned side, ReceiveMessage& message);
  ErrnoOr<> receive_stream(Side& side, ReceiveMessage& message, bool shows_senders) REQUIRES(lock_);
  ErrnoOr<> end_of_stream(Side& side, const ReceiveMessage& message) REQUIRES(lock_);
  void show(unsigned side) REQUIRES(lock_);

  const Rules rules_;
  SpinLock lock_{LockRank::Object};
  std::array<Side, 2> sides_ GUARDED_BY(lock_);
};

}  // namespace jacinth::net
