// Interrupt: an event that a device, or a program in a device's place, raises, with the time when
// it did.
#pragma once

#include "base/intrusive.h"
#include "exec/task.h"
#include "exec/waiter.h"
#include "object/kernel_object.h"
#include "object/sync/port.h"

namespace jacinth {

// Somebody waits for it, or it is bound to a port, where it arrives as a packet:
//
//              trigger()                    wait() returns, packet sent
//     Idle ──────────────► Triggered ──────────────────────────────► NeedsAck
//      ▲                       ▲                                        │
//      │                       │ triggered meanwhile                    │
//      └───────────────────────┴──── the next wait(), or ack() ─────────┘
//
// (Destroyed is reached from everywhere, and never left.) What is triggered while it needs to be
// acknowledged is remembered, once, with the time of the first.
class Interrupt : public KernelObject {
 public:
  static constexpr ObjectType kType = ObjectType::Interrupt;

  // One that programs trigger. NO_MEMORY.
  static Result<RefPtr<Interrupt>> create_virtual();

  ObjectType type() const override { return kType; }
  Rights default_rights() const override { return rights::kBasic | rights::kIo | rights::kSignal; }

  // zx_interrupt_wait: the time of the trigger. BAD_STATE: bound to a port. CANCELED: destroyed.
  // INTERNAL_INTR_RETRY.
  static exec::Eventually<Result<Instant>> wait(RefPtr<Interrupt> interrupt);

  // Every trigger becomes a packet with `key`; so does one that is pending. WRONG_TYPE: the port is
  // not made for it. CANCELED. BAD_STATE: somebody waits. ALREADY_BOUND.
  Result<> bind(RefPtr<Port> port, uint64_t key);
  // Takes a packet that is still queued back. NOT_FOUND: not bound to this port. CANCELED.
  Result<> unbind(const Port& port);
  // Bound to a port: lets the next one come. BAD_STATE: not bound. CANCELED.
  Result<> ack();
  // As a device would, at `when`. BAD_STATE: a device does. CANCELED.
  Result<> trigger(Instant when);
  // Who waits gets CANCELED. NOT_FOUND: its packet has been taken and not been acknowledged, so
  // somebody still deals with it; it is destroyed all the same.
  Result<> destroy();

 protected:
  Interrupt() = default;
  ~Interrupt() override;

  // For those with a device: it has raised the interrupt. Takes locks from Object on.
  void raise(Instant when);

  // The device may raise it again. With the lock held.
  virtual void unmask() {}
  // It has been destroyed: the device is let go of. Once, without a lock.
  virtual void close() {}
  virtual bool is_virtual() const { return true; }

 private:
  template <typename T, typename... Args>
  friend Result<RefPtr<T>> make_ref(Args&&...);
  enum class State : uint8_t { Idle, Triggered, NeedsAck, Destroyed };

  // A thread waiting, in its frame.
  struct Waiting {
    exec::Waiter waiter;
    Instant when{};
    ListHook link;
  };
  class Packet final : public PortPacket {
   public:
    Packet() : PortPacket(Owner::Borrowed) {}
  };

  void on_zero_handles() override;
  static exec::Task<Result<Instant>> wait_slowly(RefPtr<Interrupt> interrupt);
  // The time of a pending trigger; without one SHOULD_WAIT, and `waiting` is enlisted if not null.
  Result<Instant> take(Waiting* waiting);
  void delist(Waiting& waiting);

  void raise_locked(Instant when) REQUIRES(lock_);
  void send() REQUIRES(lock_);

  SpinLock lock_{LockRank::Object};
  State state_ GUARDED_BY(lock_) = State::Idle;
  bool pending_ GUARDED_BY(lock_) = false;  // triggered at when_, and nobody has been told
  Instant when_ GUARDED_BY(lock_){};
  RefPtr<Port> port_ GUARDED_BY(lock_);
  Packet packet_;
  IntrusiveList<Waiting, &Waiting::link> waiters_ GUARDED_BY(lock_);
};

}  // namespace jacinth
