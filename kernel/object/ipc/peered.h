// PeeredObject: one end of a pair. Channels, sockets, fifos and event pairs are made of two.
#pragma once

#include <utility>

#include "object/handle.h"
#include "object/kernel_object.h"

namespace jacinth {

// The lock that both ends share, so that what one end does to the other needs one lock and no
// order.
class PeerHolder final : public RefCounted {
 public:
  SpinLock lock{LockRank::Object};
};

// Both ends of a new pair, each with its type's default rights.
using HandlePair = std::pair<Handle, Handle>;

//     created ──► connected ──── last handle of one end goes ────► cut: the other end has
//                                                                  PEER_CLOSED for ever
//
// The ends refer to each other until they are cut, and only closing handles cuts them: therefore a
// pair is handed out as handles (make_pair), never as bare references. Kernel code that keeps an
// end keeps a Handle.
//
// Self derives from PeeredObject<Self>, and has a public constructor Self(RefPtr<PeerHolder>, …)
// for make_pair's use. An end with more to do when its handles are gone overrides
// on_zero_handles() and calls disconnect() under the lock.
template <typename Self>
class PeeredObject : public KernelObject {
 public:
  // The other end's koid, also after it has gone.
  Koid related_koid() const final { return peer_koid_; }

  Result<RefPtr<KernelObject>> peer() final {
    LockGuard guard(lock_);
    return RefPtr<KernelObject>(peer_);
  }

 protected:
  PeeredObject(RefPtr<PeerHolder> holder, Signals initial)
      : KernelObject(initial), holder_(std::move(holder)), lock_(holder_->lock) {}

  // Two connected ends, each made as Self(holder, args…). NO_MEMORY.
  template <typename... Args>
  static Result<HandlePair> make_pair(const Args&... args) {
    const RefPtr<PeerHolder> holder = TRY(make_ref<PeerHolder>());
    RefPtr<Self> left = TRY(make_ref<Self>(holder, args...));
    RefPtr<Self> right = TRY(make_ref<Self>(holder, args...));
    connect(left, right);
    return HandlePair(Handle(std::move(left)), Handle(std::move(right)));
  }

  // Cuts the ends apart: the other one gets PEER_CLOSED and loses WRITABLE. Null when that has
  // happened before. The result must be dropped after the lock is free: declare it before the
  // guard.
  [[nodiscard]] RefPtr<Self> disconnect() REQUIRES(lock_) {
    RefPtr<Self> other = std::move(peer_);
    if (!other) return nullptr;
    PeeredObject& end = *other;
    end.lock_.assert_held();
    // The reference to this end that goes here is never the last: the closing handle has another.
    end.peer_.reset();
    end.update_signals(signals::kWritable, signals::kPeerClosed);
    return other;
  }

  // May run again when a call that was under way makes a new handle; then it finds the ends cut.
  void on_zero_handles() override {
    RefPtr<Self> other;
    LockGuard guard(lock_);
    other = disconnect();
  }

 private:
  static void connect(const RefPtr<Self>& left, const RefPtr<Self>& right) {
    PeeredObject& one = *left;
    PeeredObject& two = *right;
    one.attach(right);
    two.attach(left);
  }
  void attach(const RefPtr<Self>& other) {
    LockGuard guard(lock_);
    peer_ = other;
    peer_koid_ = other->koid();
  }

  const RefPtr<PeerHolder> holder_;
  Koid peer_koid_ = kNoKoid;  // constant once connected

 protected:
  SpinLock& lock_;  // the holder's
  // Null once the ends are cut. What is reached through it has the same lock, which the analysis
  // cannot know: tell it with peer_->lock_.assert_held().
  RefPtr<Self> peer_ GUARDED_BY(lock_);
};

// zx_object_signal_peer on any object: NOT_SUPPORTED when its type has no peers, INVALID_ARGS when
// a bit may not be set by users, PEER_CLOSED.
inline Result<> user_signal_peer(KernelObject& object, Signals clear, Signals set) {
  if (!object.waitable()) return fail(Status::NotSupported);
  const RefPtr<KernelObject> peer = TRY(object.peer());
  if (((clear | set) & ~object.user_settable_signals()) != 0) return fail(Status::InvalidArgs);
  if (!peer) return fail(Status::PeerClosed);
  return peer->user_signal(clear, set);
}

}  // namespace jacinth
