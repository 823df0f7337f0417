#include "exec/deadline_queue.h"

#include "exec/executor.h"

namespace jacinth::exec {

TimerNode::~TimerNode() { DEBUG_ASSERT(queue_.load(std::memory_order_relaxed) == nullptr); }

void TimerNode::arm(Instant deadline, Slack slack) {
  if (deadline == kForever) return;
  Executor::current().deadlines().insert(*this, deadline, slack);
}

bool TimerNode::cancel_without_waiting() {
  DeadlineQueue* queue = queue_.load(std::memory_order_acquire);
  if (queue == nullptr) return false;
  LockGuard guard(queue->lock_);
  if (!link_.is_linked()) return false;
  queue->tree_.erase(queue->tree_.iterator_to(*this));
  queue_.store(nullptr, std::memory_order_release);
  queue->update_earliest();
  return true;
}

bool TimerNode::cancel() {
  if (cancel_without_waiting()) return true;
  for (unsigned rounds = 0; queue_.load(std::memory_order_acquire) != nullptr; ++rounds)
    spin_relax(rounds);
  return false;
}

void DeadlineQueue::insert(TimerNode& node, Instant deadline, Slack slack) {
  LockGuard guard(lock_);
  node.deadline_ = coalesced(deadline, slack);
  node.queue_.store(this, std::memory_order_release);
  // Armed again by its own on_deadline(): fire_expired() must not take it for finished.
  if (firing_ == &node) firing_ = nullptr;
  tree_.insert(node);
  update_earliest();
}

// The time of a timer already queued within the slack, or else the deadline itself.
Instant DeadlineQueue::coalesced(Instant deadline, Slack slack) const {
  if (slack.amount.ns <= 0) return deadline;
  const Instant from =
      slack.mode == Slack::Mode::Late ? deadline : deadline + nanoseconds(-slack.amount.ns);
  const Instant to = slack.mode == Slack::Mode::Early ? deadline : deadline + slack.amount;
  auto nearest = tree_.lower_bound(deadline);
  if (nearest != tree_.end() && nearest->deadline_ <= to) return nearest->deadline_;
  if (nearest != tree_.begin() && std::prev(nearest)->deadline_ >= from)
    return std::prev(nearest)->deadline_;
  return deadline;
}

void DeadlineQueue::update_earliest() {
  const Instant first = tree_.empty() ? kForever : tree_.begin()->deadline_;
  earliest_ns_.store(first.ns, std::memory_order_release);
}

void DeadlineQueue::fire_expired(Instant now) {
  while (earliest() <= now) {
    TimerNode* due = nullptr;
    {
      LockGuard guard(lock_);
      if (tree_.empty() || tree_.begin()->deadline_ > now) return;
      due = &*tree_.begin();
      tree_.erase(tree_.begin());
      firing_ = due;
      update_earliest();
    }
    due->on_deadline();
    LockGuard guard(lock_);
    // From here on cancel() returns and the node may die.
    if (firing_ == due) due->queue_.store(nullptr, std::memory_order_release);
    firing_ = nullptr;
  }
}

}  // namespace jacinth::exec
