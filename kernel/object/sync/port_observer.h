// PortObserver: a wait that ends as a packet in a port (zx_object_wait_async).
#pragma once

#include <compare>

#include "object/handle_table.h"
#include "object/sync/port_packet.h"

namespace jacinth {

class Port;

// Registration and packet in one block, owned by itself:
//
//     Armed ── match ───────────────────► Queued ── taken by a waiter ──► Gone
//       │  └── match, a waiter is there ───────────────────────────────────▲
//       │                                   │                              │
//       └─ source handle closed ────────────┼──────────────────────────────┤
//       └─ cancelled, port closed ──────────┴──────────────────────────────┘
//
// The state changes under the port's lock. Whoever makes it Gone owns the block and frees it, once
// no call from the source can be under way: forget() sees to that, unless the source is just making
// the call. While Queued it stays registered, so that signals which come up later are noted.
class PortObserver final : public SignalObserver, public PortPacket, public HeapAllocated {
 public:
  // What a cancellation names: the handle waited through, and the caller's key.
  struct Key {
    HandleTag tag = 0;
    uint64_t key = 0;
    friend auto operator<=>(const Key&, const Key&) = default;
  };
  struct Options {
    bool timestamp = false;
    bool edge = false;  // an already active signal does not match; it must come up
  };

  PortObserver(RefPtr<Port> port, uint64_t key, Signals trigger, Options options);
  ~PortObserver();

  // Registers a new observer through a handle. BAD_HANDLE, ACCESS_DENIED (kWait), NOT_SUPPORTED
  // (not waitable); NO_MEMORY. BAD_HANDLE too when the port's last handle has gone.
  static Result<> start(HandleTable& table, HandleValue source, RefPtr<Port> port, uint64_t key,
                        Signals trigger, Options options);

  Next on_match(Signals now) override;
  void on_handle_closed(Signals now) override;
  void on_dequeued() override;

 private:
  friend class Port;
  enum class State : uint8_t { Armed, Queued, Gone };
  struct KeyOf {
    using type = Key;
    const Key& operator()(const PortObserver& observer) const { return observer.cancel_key_; }
  };

  const RefPtr<Port> port_;
  const Options options_;
  // The rest is set when registering, then guarded by the port's lock.
  State state_ = State::Armed;
  RefPtr<KernelObject> source_;
  Key cancel_key_;
  TreeHook registered_link_;
};

inline constexpr uint32_t kWaitAsyncTimestamp = 1;

// zx_object_wait_async: once one of `trigger` is active on the source, or is already, a packet with
// `key` comes out of the port. INVALID_ARGS for unknown options; the port: BAD_HANDLE, WRONG_TYPE,
// ACCESS_DENIED (kWrite); then as PortObserver::start().
Result<> wait_async(HandleTable& table, HandleValue source, HandleValue port, uint64_t key,
                    Signals trigger, uint32_t options);

// zx_port_cancel: drops what was registered through this very handle with `key`, and the packets of
// it that are still queued. The port: as above; the source: as PortObserver::start(); NOT_FOUND.
Result<> port_cancel(HandleTable& table, HandleValue port, HandleValue source, uint64_t key);

}  // namespace jacinth
