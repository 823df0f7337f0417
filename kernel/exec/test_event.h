// The smallest thing one can wait for, for tests of waiting.
#pragma once

#include "base/intrusive.h"
#include "base/spinlock.h"
#include "exec/task.h"
#include "exec/waiter.h"

namespace jacinth::exec {

// Stays signalled until reset(). Any number of activities may wait.
class TestEvent {
 public:
  ~TestEvent() { ASSERT(waiters_.empty()); }

  // OK once signalled, CANCELED by cancel(), or the other outcomes of a wait.
  Task<Status> wait(Instant deadline = kForever, Interruptible interruptible = Interruptible::Yes) {
    Waiter waiter;
    Node node{.waiter = waiter};
    add(node);
    const Status status = co_await waiter.wait(deadline, {}, interruptible);
    remove(node);
    co_return status;
  }
  // Number of waits this call has ended.
  int signal() { return finish_all(Status::Ok, true); }
  int cancel() { return finish_all(Status::Canceled, false); }
  void reset() {
    LockGuard guard(lock_);
    signalled_ = false;
  }
  size_t waiters() {
    LockGuard guard(lock_);
    return waiters_.size();
  }

 private:
  struct Node {
    Waiter& waiter;
    ListHook link{};
  };

  void add(Node& node) {
    LockGuard guard(lock_);
    if (signalled_) node.waiter.finish(Status::Ok);
    waiters_.push_back(node);
  }
  void remove(Node& node) {
    LockGuard guard(lock_);
    waiters_.erase(waiters_.iterator_to(node));
  }
  int finish_all(Status status, bool signalled) {
    LockGuard guard(lock_);
    signalled_ = signalled_ || signalled;
    int ended = 0;
    for (Node& node : waiters_) ended += node.waiter.finish(status) ? 1 : 0;
    return ended;
  }

  SpinLock lock_{LockRank::Object};
  bool signalled_ GUARDED_BY(lock_) = false;
  IntrusiveList<Node, &Node::link> waiters_ GUARDED_BY(lock_);
};

}  // namespace jacinth::exec
