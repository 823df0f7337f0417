#include "exec/executor.h"

#include <algorithm>
#include <bit>
#include <memory>

#include "base/check.h"
#include "base/lock_rank.h"
#include "exec/deferred.h"
#include "hal/clock.h"

namespace jacinth::exec {
namespace {

// Made by make_executors(), not by a static constructor: the kernel runs none.
union Storage {
  constexpr Storage() {}
  ~Storage() {}
  std::array<Executor, hal::kMaxCpus> executors;
};
constinit Storage storage;
// CPUs that are halted or about to be, a bit each.
constinit std::atomic<uint64_t> idle_cpus{0};

// For figures that one CPU at a time writes: no locked instruction is needed.
void add(std::atomic<uint64_t>& figure, uint64_t more) {
  figure.store(figure.load(std::memory_order_relaxed) + more, std::memory_order_relaxed);
}
void count(std::atomic<uint64_t>& figure) { add(figure, 1); }

}  // namespace

void make_executors() {
  std::construct_at(&storage.executors);
  idle_cpus.store(0, std::memory_order_relaxed);
  forget_deferred();
}

void RunQueue::push(Activity& activity) {
  LockGuard guard(lock_);
  const auto priority = static_cast<size_t>(activity.priority());
  lists_[priority].push_back(activity);
  nonempty_ |= 1u << priority;
  // Before enqueue() looks for idle CPUs, in every CPU's eyes: see idle().
  size_.fetch_add(1, std::memory_order_seq_cst);
  update_top();
}

Activity* RunQueue::pop(hal::CpuId cpu) {
  if (empty()) return nullptr;
  LockGuard guard(lock_);
  for (uint32_t left = nonempty_; left != 0;) {
    const auto priority = static_cast<size_t>(std::bit_width(left) - 1);
    left &= ~(1u << priority);
    List& list = lists_[priority];
    for (auto it = list.begin(); it != list.end(); ++it) {
      if ((it->queued_for_ >> cpu & 1) == 0) continue;
      Activity& found = *it;
      list.erase(it);
      if (list.empty()) nonempty_ &= ~(1u << priority);
      size_.fetch_sub(1, std::memory_order_release);
      update_top();
      return &found;
    }
  }
  return nullptr;
}

void RunQueue::update_top() {
  top_.store(std::bit_width(nonempty_) - 1, std::memory_order_release);
}

Executor& Executor::of(hal::CpuId cpu) { return storage.executors[cpu]; }
Executor& Executor::current() { return storage.executors[hal::current_cpu()]; }
hal::CpuId Executor::id() const { return static_cast<hal::CpuId>(this - storage.executors.data()); }

void Executor::enqueue(Activity& activity) {
  const hal::CpuId here = hal::current_cpu();
  const uint64_t existing = ~uint64_t{0} >> (hal::kMaxCpus - hal::cpu_count());
  uint64_t allowed = activity.allowed_cpus_.load(std::memory_order_relaxed) & existing;
  if (allowed == 0) allowed = existing;
  activity.queued_for_ = allowed;
  hal::CpuId target = here;
  if ((allowed >> here & 1) == 0) {
    const hal::CpuId last = activity.last_cpu();
    target = last != Activity::kNoCpu && (allowed >> last & 1) != 0
                 ? last
                 : static_cast<hal::CpuId>(std::countr_zero(allowed));
  }
  storage.executors[target].queue_.push(activity);
  if (target != here) return hal::send_ipi(target);
  // More than the CPU can get to soon: let another one help.
  if (storage.executors[target].queue_.size() > 1) wake_an_idle_cpu(allowed);
}

void Executor::wake_an_idle_cpu(uint64_t allowed) {
  uint64_t idle = idle_cpus.load(std::memory_order_seq_cst) & allowed;
  while (idle != 0) {
    const auto cpu = static_cast<hal::CpuId>(std::countr_zero(idle));
    // One wake-up each: the CPU sets its bit again when it next runs dry.
    const uint64_t bit = uint64_t{1} << cpu;
    if ((idle_cpus.fetch_and(~bit, std::memory_order_acq_rel) & bit) != 0)
      return hal::send_ipi(cpu);
    idle &= ~bit;  // another waker was faster there
  }
}

void Executor::run() {
  for (;;) {
    poll();
    Activity* next = queue_.pop(id());
    if (next == nullptr) next = steal();
    if (next != nullptr) {
      run_one(*next);
    } else {
      idle();
    }
  }
}

void Executor::run_one(Activity& activity) {
  count(counters_.switches);
  activity.state_.store(Activity::State::Running, std::memory_order_release);
  activity.last_cpu_.store(id(), std::memory_order_relaxed);
  if (activity.space_ != nullptr && activity.space_ != active_space_.get()) {
    activity.space_->activate();
    active_space_ = RefPtr(activity.space_);
    space_in_use_.store(activity.space_, std::memory_order_relaxed);
  }
  running_ = &activity;
  frame_arena_ = &activity.arena_;
  slice_end_ = kForever;
  activity.resumed_at_ticks_ = hal::ticks();
  activity.resume_point_.resume();
  DEBUG_ASSERT(current_held_locks().count == 0);  // no lock is held across a co_await
  add(activity.runtime_ticks_, hal::ticks() - activity.resumed_at_ticks_);
  running_ = nullptr;
  frame_arena_ = nullptr;

  if (activity.root_.done()) {
    activity.root_ = {};
    activity.state_.store(Activity::State::Finished, std::memory_order_release);
    activity.on_finished();
    return;
  }
  interleave_point();
  auto seen = Activity::State::Running;
  if (activity.state_.compare_exchange_strong(seen, Activity::State::Sleeping,
                                              std::memory_order_acq_rel))
    return;  // from here on another CPU may run it: do not touch it again
  DEBUG_ASSERT(seen == Activity::State::Woken);
  activity.state_.store(Activity::State::Runnable, std::memory_order_release);
  enqueue(activity);
}

Activity* Executor::steal() {
  const hal::CpuId self = id();
  for (hal::CpuId i = 1; i < hal::cpu_count(); ++i) {
    const hal::CpuId victim = (self + i) % hal::cpu_count();
    if (Activity* taken = storage.executors[victim].queue_.pop(self)) {
      counters_.steals.fetch_add(1, std::memory_order_relaxed);
      return taken;
    }
  }
  return nullptr;
}

void Executor::idle() {
  const uint64_t bit = uint64_t{1} << id();
  interleave_point();
  idle_cpus.fetch_or(bit, std::memory_order_seq_cst);
  // Work that came between the last look and the bit above would not have woken us, so look again.
  // Either we see the work here, or its enqueue() sees our bit.
  std::atomic_thread_fence(std::memory_order_seq_cst);
  interleave_point();
  if (queue_.empty()) {
    leave_dead_space();
    if (Activity* late = steal()) {
      idle_cpus.fetch_and(~bit, std::memory_order_acq_rel);
      return run_one(*late);
    }
    arm_timer(deadlines_.earliest());
    const Instant from = hal::now();
    hal::halt();
    counters_.idle_ns.fetch_add(static_cast<uint64_t>((hal::now() - from).ns),
                                std::memory_order_relaxed);
  }
  idle_cpus.fetch_and(~bit, std::memory_order_acq_rel);
}

// Lets go of the space this CPU ran in last when only CPUs refer to it: its process has gone.
void Executor::leave_dead_space() {
  const uint32_t references = active_space_ ? active_space_->ref_count() : 0;
  if (references == 0 || references > hal::cpu_count()) return;
  uint32_t cpus = 0;
  for (hal::CpuId cpu = 0; cpu < hal::cpu_count(); ++cpu)
    cpus += of(cpu).space_in_use_.load(std::memory_order_relaxed) == active_space_.get();
  if (references > cpus) return;
  hal::activate_kernel_only();
  space_in_use_.store(nullptr, std::memory_order_relaxed);
  active_space_.reset();
}

void Executor::arm_timer(Instant deadline) {
  if (deadline == armed_) return;
  armed_ = deadline;
  hal::set_timer(deadline);
}

void Executor::prepare_user() {
  Instant deadline = deadlines_.earliest();
  if (!queue_.empty()) {
    const Instant now = hal::now();
    if (slice_end_ == kForever) slice_end_ = now + kTimeSlice;
    Instant check = slice_end_;
    if (idle_cpus.load(std::memory_order_relaxed) != 0) check = std::min(check, now + kStealDelay);
    deadline = std::min(deadline, check);
  }
  arm_timer(deadline);
}

bool Executor::poll() {
  hal::take_interrupts();
  // Reading the clock costs as much as a short system call: only for those who wait for it.
  if (armed_ != kForever || deadlines_.earliest() != kForever) {
    const Instant now = hal::now();
    if (armed_ <= now) armed_ = kForever;
    deadlines_.fire_expired(now);
  }
  run_deferred();
  if (queue_.empty()) return false;
  if (running_ == nullptr) return false;
  counters_.interrupts.fetch_add(1, std::memory_order_relaxed);
  wake_an_idle_cpu(~uint64_t{0});
  if (queue_.top_priority() > running_->priority()) return true;
  if (hal::now() < slice_end_) return false;
  counters_.yields.fetch_add(1, std::memory_order_relaxed);
  return true;
}

}  // namespace jacinth::exec
