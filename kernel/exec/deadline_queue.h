// A CPU's queue of things to do at a point in time.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "base/intrusive.h"
#include "base/spinlock.h"
#include "base/units.h"

namespace jacinth::exec {

class DeadlineQueue;

// How far from its deadline a timer may fire, so that timers can share one wake-up
// (zx_timer_create).
struct Slack {
  enum class Mode : uint8_t { Center, Early, Late };
  Duration amount{};
  Mode mode = Mode::Center;
};

// Something with a deadline. Embedded in its owner; arming never allocates.
class TimerNode {
 public:
  TimerNode() = default;
  TimerNode(const TimerNode&) = delete;
  TimerNode& operator=(const TimerNode&) = delete;

  // Runs on the CPU where the node was armed, without the queue's lock; must be short. May arm the
  // node again, but not destroy it.
  virtual void on_deadline() = 0;

  // Arms on the current CPU's queue; the node must not be armed (on_deadline() may be running).
  // kForever: does nothing.
  void arm(Instant deadline, Slack slack = {});

  // After this the node is not armed, on_deadline() is not running, and the node may be destroyed.
  // True when it was armed. Waits for a call in progress on another CPU, so hold no lock that
  // on_deadline() takes, and do not call it from on_deadline().
  bool cancel();
  // The same without waiting: on_deadline() may still be running, or about to.
  bool cancel_without_waiting();

  // The time it will fire at, within the slack it was armed with.
  Instant deadline() const { return deadline_; }

 protected:
  ~TimerNode();

 private:
  friend class DeadlineQueue;
  struct KeyOf {
    using type = Instant;
    const Instant& operator()(const TimerNode& node) const { return node.deadline_; }
  };

  // In busy_: one for being armed, two for each on_deadline() in progress. A node that its own
  // on_deadline() arms again may expire before that call has returned, hence a count.
  static constexpr uint32_t kArmed = 1;
  static constexpr uint32_t kFiring = 2;

  TreeHook link_;
  Instant deadline_ = kForever;
  // Where it is armed, changed under that queue's lock; or that it is between two queues.
  std::atomic<DeadlineQueue*> queue_{nullptr};
  std::atomic<uint32_t> busy_{0};
};

class DeadlineQueue {
 public:
  // The earliest deadline; kForever when there is none. Any CPU, no lock.
  Instant earliest() const { return {earliest_ns_.load(std::memory_order_acquire)}; }
  // Fires every node whose deadline is at or before `now`, and says how many. The owning CPU alone.
  size_t fire_expired(Instant now);
  // Arms every node there instead; whether there were any.
  bool hand_over_to(DeadlineQueue& other);

 private:
  friend class TimerNode;
  using Tree = IntrusiveMultiTree<TimerNode, &TimerNode::link_, TimerNode::KeyOf>;

  void insert(TimerNode& node, Instant deadline, Slack slack);
  Instant coalesced(Instant deadline, Slack slack) const REQUIRES(lock_);
  void update_earliest() REQUIRES(lock_);

  mutable SpinLock lock_{LockRank::Deadlines};
  Tree tree_ GUARDED_BY(lock_);
  std::atomic<int64_t> earliest_ns_{kForever.ns};
};

}  // namespace jacinth::exec
