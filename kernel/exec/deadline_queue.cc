#include "exec/deadline_queue.h"

#include "exec/executor.h"

namespace jacinth::exec {
namespace {

// Stands for the queue of a node on its way from one to another.
alignas(DeadlineQueue) constinit std::byte between_queues[1]{};
DeadlineQueue* between() { return reinterpret_cast<DeadlineQueue*>(between_queues); }

}  // namespace

TimerNode::~TimerNode() { DEBUG_ASSERT(busy_.load(std::memory_order_relaxed) == 0); }

void TimerNode::arm(Instant deadline, Slack slack) {
  if (deadline == kForever) return;
  Executor::current().deadlines().insert(*this, deadline, slack);
}

bool TimerNode::cancel_without_waiting() {
  for (unsigned rounds = 0;;) {
    DeadlineQueue* queue = queue_.load(std::memory_order_acquire);
    if (queue == nullptr) return false;
    if (queue == between()) [[unlikely]] {
      spin_relax(rounds++);
      continue;
    }
    LockGuard guard(queue->lock_);
    // It may have fired meanwhile, or been handed over; it may even have been armed again.
    if (queue_.load(std::memory_order_relaxed) != queue) continue;
    queue->tree_.erase(queue->tree_.iterator_to(*this));
    queue_.store(nullptr, std::memory_order_relaxed);
    queue->update_earliest();
    // The last touch: once this is 0, another CPU's cancel() returns and the node may die.
    busy_.fetch_sub(kArmed, std::memory_order_release);
    return true;
  }
}

bool TimerNode::cancel() {
  bool was_armed = false;
  for (unsigned rounds = 0; busy_.load(std::memory_order_acquire) != 0; ++rounds) {
    // Each round anew: the call we wait for may arm the node again.
    if (cancel_without_waiting()) {
      was_armed = true;
    } else {
      spin_relax(rounds);
    }
  }
  return was_armed;
}

void DeadlineQueue::insert(TimerNode& node, Instant deadline, Slack slack) {
  LockGuard guard(lock_);
  node.deadline_ = coalesced(deadline, slack);
  node.busy_.fetch_add(TimerNode::kArmed, std::memory_order_relaxed);
  node.queue_.store(this, std::memory_order_release);
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

[[gnu::cold, clang::minsize]] bool DeadlineQueue::hand_over_to(DeadlineQueue& other) {
  for (bool any = false;; any = true) {
    TimerNode* node = nullptr;
    {
      LockGuard guard(lock_);
      if (tree_.empty()) return any;
      node = &*tree_.begin();
      tree_.erase(tree_.begin());
      node->queue_.store(between(), std::memory_order_relaxed);
      update_earliest();
    }
    // Still armed, so nobody arms it again, and nobody destroys it before it is in a queue.
    LockGuard guard(other.lock_);
    node->queue_.store(&other, std::memory_order_release);
    other.tree_.insert(*node);
    other.update_earliest();
  }
}

size_t DeadlineQueue::fire_expired(Instant now) {
  size_t fired = 0;
  for (; earliest() <= now; ++fired) {
    TimerNode* due = nullptr;
    {
      LockGuard guard(lock_);
      if (tree_.empty() || tree_.begin()->deadline_ > now) return fired;
      due = &*tree_.begin();
      tree_.erase(tree_.begin());
      due->busy_.fetch_add(TimerNode::kFiring - TimerNode::kArmed, std::memory_order_relaxed);
      due->queue_.store(nullptr, std::memory_order_release);
      update_earliest();
    }
    due->on_deadline();
    interleave_point();
    // From here on cancel() returns and the node may die.
    due->busy_.fetch_sub(TimerNode::kFiring, std::memory_order_release);
  }
  return fired;
}

}  // namespace jacinth::exec
