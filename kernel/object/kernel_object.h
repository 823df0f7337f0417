// KernelObject: the base of everything a handle can refer to.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string_view>

#include "base/intrusive.h"
#include "base/ref_ptr.h"
#include "base/spinlock.h"
#include "object/types.h"

namespace jacinth {

class KernelObject;

// Names one handle's waits: a wait made through a handle ends when that handle is closed. 0: no
// handle.
using HandleTag = uint64_t;

// Someone who wants to know when an object's signals match. Embedded in its owner: registering
// never allocates.
class SignalObserver {
 public:
  enum class Next : uint8_t { Remove, Keep };

  SignalObserver() = default;
  SignalObserver(const SignalObserver&) = delete;
  SignalObserver& operator=(const SignalObserver&) = delete;

  // Some wanted signal is active, or has become so (see KernelObject::observe). `now` is the whole
  // state. Runs under the object's signal lock: may take locks of higher rank only. After returning
  // Remove the observer is no longer linked and may die as soon as the lock is free.
  virtual Next on_match(Signals now) = 0;
  // The handle the observation was made through has gone; the observer is already unlinked. Same
  // lock.
  virtual void on_handle_closed(Signals now) = 0;

 protected:
  ~SignalObserver() = default;

 private:
  friend class KernelObject;
  ListHook link_;
  Signals wanted_ = 0;
  bool edge_ = false;  // only a change from inactive to active matches
  HandleTag tag_ = 0;
};

// Lifetime: reference-counted; separately counts the handles to it, wherever they are (in a table
// or in a message). When the last handle goes, on_zero_handles() runs, which may be long before the
// last reference goes. It runs again when a handle made from a mere reference (a process found by
// its koid, say) was the last once more.
class KernelObject : public RefCounted {
 public:
  static constexpr size_t kMaxName = 32;  // with the terminating NUL
  using Name = std::array<char, kMaxName>;

  Koid koid() const { return koid_; }
  virtual ObjectType type() const = 0;
  // The rights a handle gets when the object is created.
  virtual Rights default_rights() const = 0;
  // Whether waits and user signals make sense: the type's default rights contain kWait.
  bool waitable() const { return (default_rights() & rights::kWait) != 0; }
  // The koid of the peer, parent or owner that HANDLE_BASIC reports; 0 when there is none.
  virtual Koid related_koid() const { return kNoKoid; }
  // The other end of a peered object, null when it has gone; NOT_SUPPORTED for types without peers.
  virtual Result<RefPtr<KernelObject>> peer() { return fail(Status::NotSupported); }

  // Types without a name report "" and refuse to be given one with NOT_SUPPORTED.
  virtual Name name() const { return {}; }
  virtual Result<> set_name(std::string_view name) { return fail(Status::NotSupported); }

  // What a port's packet says under "count" when kReadable is active already: a channel's queued
  // messages. May take the object's lock.
  virtual uint64_t ready_count() const { return 1; }

  // --- handles ---
  void add_handle() { handle_count_.fetch_add(1, std::memory_order_relaxed); }
  void remove_handle();
  uint32_t handle_count() const { return handle_count_.load(std::memory_order_relaxed); }

  // --- signals ---
  Signals signals() const { return signals_.load(std::memory_order_acquire); }
  // Clears, then sets, and tells the observers. Any lock ranked below Signals may be held.
  void update_signals(Signals clear, Signals set);
  // Something of `which`, active already, has happened once more (more data has come): tells those
  // who observe edges. Any lock ranked below Signals may be held.
  void repeat_signals(Signals which);
  // zx_object_signal: only user signals, and kSignaled where the type allows it, else INVALID_ARGS.
  Result<> user_signal(Signals clear, Signals set);
  // What zx_object_signal may change.
  virtual Signals user_settable_signals() const { return signals::kUserAll; }

  enum class Edge : bool { No, Yes };
  // Registers until the observer asks to be removed, is forgotten, or `tag`'s handle is closed.
  // When a wanted signal is already active, on_match() runs before this returns (not for
  // Edge::Yes). True when the observer is registered now.
  bool observe(SignalObserver& observer, Signals wanted, HandleTag tag, Edge edge = Edge::No) {
    return observe_if(observer, wanted, tag, edge, [] { return true; });
  }
  // The same unless `agreed()` says no. It is asked under the signal lock: whoever learns of the
  // observer from it and calls forget() then comes after the registration.
  template <typename F>
  bool observe_if(SignalObserver& observer, Signals wanted, HandleTag tag, Edge edge, F&& agreed) {
    LockGuard guard(signals_lock_);
    return agreed() && add_observer(observer, wanted, tag, edge);
  }
  // Unregisters; true when it was still registered. After this no call to the observer is running.
  bool forget(SignalObserver& observer);
  // The handle with `tag` is gone: ends the observations made through it.
  void handle_closed(HandleTag tag);

  // Objects alive, for leak checks.
  static uint64_t live_count();

 protected:
  explicit KernelObject(Signals initial = 0);
  ~KernelObject() override;

  // The last handle has gone. No lock is held.
  virtual void on_zero_handles() {}

 private:
  using Observers = IntrusiveList<SignalObserver, &SignalObserver::link_>;

  bool add_observer(SignalObserver& observer, Signals wanted, HandleTag tag, Edge edge)
      REQUIRES(signals_lock_);
  Observers::iterator link(Observers::iterator before, SignalObserver& observer)
      REQUIRES(signals_lock_);
  Observers::iterator unlink(SignalObserver& observer) REQUIRES(signals_lock_);
  void tell(Signals now, Signals risen) REQUIRES(signals_lock_);

  const Koid koid_;
  std::atomic<uint32_t> handle_count_{0};
  std::atomic<Signals> signals_;
  std::atomic<uint32_t> edge_observers_{0};  // lets repeat_signals() do nothing fast
  mutable SpinLock signals_lock_{LockRank::Signals};
  Observers observers_ GUARDED_BY(signals_lock_);
};

// A name of at most 31 bytes, cut and NUL-padded.
KernelObject::Name make_name(std::string_view text);
std::string_view name_view(const KernelObject::Name& name);

// Downcast by type(); null when the object is of another type.
template <typename T>
RefPtr<T> object_cast(RefPtr<KernelObject> object) {
  if constexpr (std::is_same_v<T, KernelObject>) {
    return object;
  } else {
    if (!object || object->type() != T::kType) return nullptr;
    return static_ref_cast<T>(std::move(object));
  }
}

}  // namespace jacinth
