// PagerSource: what one VMO asks of its pager, and who waits for it.
#pragma once

#include <atomic>
#include <optional>

#include "base/intrusive.h"
#include "exec/waiter.h"
#include "object/sync/port.h"
#include "vm/page_source.h"
#include "vm/vmo.h"

namespace jacinth {

class Pager;

// Every thread that needs an absent page has a Request in its frame. One whose page nobody has
// asked for yet is an *asker*: its packet goes to the port. Others wait along with it; when it
// gives up (its thread is killed or suspended) one of them takes its place.
//
//     enlist ──► asker, packet in port ──► packet taken ──► supplied, failed, detached
//        │              │ gives up: packet taken back            ▲
//        └► follower ───┴──► asker instead ──────────────────────┘
//
// Packets live in the frames, so asking allocates nothing. A request ends when all its pages are
// there; those beyond what an earlier one asks for are asked for by it alone.
class PagerSource final : public vm::PageSource {
 public:
  PagerSource(RefPtr<Pager> pager, RefPtr<Port> port, uint64_t key);
  ~PagerSource() override;

  bool attached() const override { return attached_.load(std::memory_order_acquire); }
  exec::Task<Status> fetch(vm::Vmo& vmo, uint64_t first, uint64_t count) override;
  void changed(vm::Vmo& vmo) override;
  void vmo_gone() override;
  const void* owner() const override;

  // Who waits for some of [first, first + count) gets `status`.
  void fail(uint64_t first, uint64_t count, Status status);
  // Ends all requests; the COMPLETE packet goes out, once.
  void detach();
  // The same without a packet: there is no pager any more.
  void close();

 private:
  friend class Pager;
  struct Request {
    class Packet final : public PortPacket {
     public:
      Packet() : PortPacket(Owner::Borrowed) {}
    };
    exec::Waiter waiter;
    uint64_t first = 0;  // pages [first, end) are asked for …
    uint64_t end = 0;
    uint64_t absent = 0;  // … and those before this have come
    bool asker = false;
    Packet packet;
    ListHook link;
    bool has(uint64_t page) const { return page >= first && page < end; }
  };
  // The last packet. Keeps the source, which it is part of, until it has left the port.
  class Complete final : public PortPacket {
   public:
    Complete() : PortPacket(Owner::Kernel) {}
    void on_dequeued() override { RefPtr<PagerSource> done = std::move(keep); }
    RefPtr<PagerSource> keep;
  };

  // Nothing: it has to wait. OK: its first page has come already. BAD_STATE.
  std::optional<Status> enlist(Request& request, vm::Vmo& vmo);
  void delist(Request& request);
  bool end_all();

  Request* asker_of(uint64_t page) REQUIRES(lock_);
  void ask(Request& request) REQUIRES(lock_);
  void replace(const Request& gone, bool was_taken) REQUIRES(lock_);
  void end(Request& request, Status status) REQUIRES(lock_);
  PacketData packet(uint16_t command, uint64_t first, uint64_t count) const;

  const RefPtr<Pager> pager_;
  ListHook pager_link_;  // guarded by the pager's lock
  const RefPtr<Port> port_;
  const uint64_t key_;
  std::atomic<bool> attached_{true};  // changed under the lock
  // Above Object, for who writes to a stream may hold its VMO's lock; below Port, for packets.
  SpinLock lock_{LockRank::Signals};
  IntrusiveList<Request, &Request::link> requests_ GUARDED_BY(lock_);
  Complete complete_;
};

}  // namespace jacinth
