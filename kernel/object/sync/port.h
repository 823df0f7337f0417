// Port: a queue of packets that any number of threads may wait on.
#pragma once

#include <optional>

#include "exec/reaper.h"
#include "exec/task.h"
#include "exec/waiter.h"
#include "object/kernel_object.h"
#include "object/sync/port_observer.h"
#include "object/sync/port_packet.h"

namespace jacinth {

// Packets come out in the order in which they went in; those of interrupts before all others. A
// packet goes straight to the thread that waits longest, when one does: whether it gets the packet
// or its deadline is decided once, so no packet is lost and none comes twice.
//
// When the last handle has gone, everything queued and registered is dropped. Threads that wait
// keep waiting, for their deadline or their end.
class Port final : public KernelObject, private exec::Remains {
 public:
  static constexpr ObjectType kType = ObjectType::Port;
  static constexpr uint32_t kBindToInterrupt = 1;
  // A user packet is refused when more than this many are queued.
  static constexpr uint32_t kMaxUserPackets = 2048;

  // INVALID_ARGS for options other than 0 and kBindToInterrupt; NO_MEMORY.
  static Result<RefPtr<Port>> create(uint32_t options);
  explicit Port(uint32_t options) : takes_interrupts_(options == kBindToInterrupt) {}

  ObjectType type() const override { return kType; }
  Rights default_rights() const override { return (rights::kBasic & ~rights::kWait) | rights::kIo; }
  // Interrupts may be bound to it.
  bool takes_interrupts() const { return takes_interrupts_; }

  // zx_port_queue: a copy of `data`, whose type becomes User. SHOULD_WAIT when full, NO_MEMORY,
  // BAD_HANDLE when the last handle has gone.
  Result<> queue_user(const PacketData& data);

  // Queues a kernel packet that is not queued. BAD_HANDLE when the last handle has gone. Locks
  // ranked below Port may be held by the sender of a borrowed packet, none by that of another.
  Result<> queue(PortPacket& packet);
  // The same, ahead of other packets.
  Result<> queue_interrupt(PortPacket& packet);
  // Takes a packet back; false when it is no longer queued. Of a borrowed packet nothing is touched
  // after this.
  bool take_back(PortPacket& packet);

  // zx_port_wait. TIMED_OUT; INTERNAL_INTR_RETRY.
  static exec::Eventually<Result<PacketData>> wait(RefPtr<Port> port, Instant deadline,
                                                   exec::Slack slack = {});

  // See port_cancel(). NOT_FOUND.
  Result<> cancel(PortObserver::Key key);

 private:
  friend class PortObserver;
  // A thread waiting, in its frame.
  struct Waiting {
    exec::Waiter waiter;
    PacketData data;
    ListHook link;
  };
  class UserPacket final : public PortPacket, public HeapAllocated {
   public:
    UserPacket() : PortPacket(Owner::User) {}
    void on_dequeued() override { delete this; }
  };
  using Packets = IntrusiveList<PortPacket, &PortPacket::link_>;
  using Waiters = IntrusiveList<Waiting, &Waiting::link>;
  using Registered =
      IntrusiveMultiTree<PortObserver, &PortObserver::registered_link_, PortObserver::KeyOf>;

  void on_zero_handles() override;
  bool reap(exec::Portion& portion) override;

  static exec::Task<Result<PacketData>> wait_slowly(RefPtr<Port> port, Instant deadline,
                                                    exec::Slack slack);
  // The next packet; without one, `waiting` is enlisted when not null.
  std::optional<PacketData> take(Waiting* waiting);
  void delist(Waiting& waiting);
  Result<> add(PortPacket& packet, bool urgent);

  bool hand_over(const PacketData& data) REQUIRES(lock_);
  // Unlinks the first packet; returns it when it needs on_dequeued().
  PortPacket* pop(Packets& from) REQUIRES(lock_);
  PortPacket* pop_any() REQUIRES(lock_);

  // For PortObserver.
  Result<> enlist(PortObserver& observer, const RefPtr<KernelObject>& source, HandleTag tag);
  // True: the observer is Gone now and the caller's to free.
  bool match(PortObserver& observer, Signals now);
  bool drop_if_armed(PortObserver& observer);
  void retire(PortObserver& observer) REQUIRES(lock_);

  const bool takes_interrupts_;
  SpinLock lock_{LockRank::Port};
  bool closed_ GUARDED_BY(lock_) = false;
  uint32_t user_packets_ GUARDED_BY(lock_) = 0;
  // The last user packet taken out, for the next to go in: the common ping-pong allocates nothing.
  UniquePtr<UserPacket> spare_ GUARDED_BY(lock_);
  Packets urgent_ GUARDED_BY(lock_);
  Packets queue_ GUARDED_BY(lock_);
  Waiters waiters_ GUARDED_BY(lock_);
  Registered registered_ GUARDED_BY(lock_);
};

}  // namespace jacinth
