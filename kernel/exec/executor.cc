#include "exec/executor.h"

#include <algorithm>
#include <bit>
#include <memory>
#include <utility>

#include "base/check.h"
#include "base/lock_rank.h"
#include "exec/deferred.h"
#include "exec/reaper.h"
#include "exec/service.h"
#include "exec/trace_ring.h"
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

}  // namespace

void make_executors() {
  std::construct_at(&storage.executors);
  idle_cpus.store(0, std::memory_order_relaxed);
  forget_deferred();
  forget_remains();
  put_all_in_service();
}

void Executor::count_in(Counters* rows) {
  for (hal::CpuId cpu = 0; cpu < hal::cpu_count(); ++cpu) {
    of(cpu).counters_ = std::construct_at(&rows[cpu]);
  }
}

void RunQueue::push(Activity& activity) {
  LockGuard guard(lock_);
  const auto priority = static_cast<size_t>(activity.priority());
  lists_[priority].push_back(activity);
  nonempty_.store(nonempty_.load(std::memory_order_relaxed) | 1u << priority,
                  std::memory_order_relaxed);
  // Before enqueue() looks for idle CPUs, in every CPU's eyes: see idle().
  size_.store(size_.load(std::memory_order_relaxed) + 1, std::memory_order_seq_cst);
}

Activity* RunQueue::pop(uint64_t cpus) {
  if (empty()) return nullptr;
  LockGuard guard(lock_);
  const uint32_t nonempty = nonempty_.load(std::memory_order_relaxed);
  for (uint32_t left = nonempty; left != 0;) {
    const auto priority = static_cast<size_t>(std::bit_width(left) - 1);
    left &= ~(1u << priority);
    List& list = lists_[priority];
    for (auto it = list.begin(); it != list.end(); ++it) {
      if ((it->queued_for_ & cpus) == 0) continue;
      Activity& found = *it;
      list.erase(it);
      if (list.empty()) nonempty_.store(nonempty & ~(1u << priority), std::memory_order_relaxed);
      size_.store(size_.load(std::memory_order_relaxed) - 1, std::memory_order_release);
      return &found;
    }
  }
  return nullptr;
}

Executor& Executor::of(hal::CpuId cpu) { return storage.executors[cpu]; }
Executor& Executor::current() { return storage.executors[hal::current_cpu()]; }
hal::CpuId Executor::id() const { return static_cast<hal::CpuId>(this - storage.executors.data()); }

void Executor::enqueue(Activity& activity) {
  const hal::CpuId here = hal::current_cpu();
  const uint64_t serving = ~uint64_t{0} >> (hal::kMaxCpus - hal::cpu_count()) &
                           cpus_in_service.load(std::memory_order_relaxed);
  uint64_t allowed = activity.allowed_cpus_.load(std::memory_order_relaxed) & serving;
  if (allowed == 0) allowed = serving;
  activity.queued_for_ = allowed;
  hal::CpuId target = here;
  if ((allowed >> here & 1) == 0) {
    const hal::CpuId last = activity.last_cpu();
    target = last != Activity::kNoCpu && (allowed >> last & 1) != 0
                 ? last
                 : static_cast<hal::CpuId>(std::countr_zero(allowed));
  }
  storage.executors[target].queue_.push(activity);
  Executor& self = storage.executors[here];
  if (target != here) {
    count(self.counters_->ipis);
    return hal::send_ipi(target);
  }
  // More than the CPU can get to soon: let another one help.
  if (self.queue_.size() > 1) self.wake_an_idle_cpu(allowed);
}

void Executor::wake_an_idle_cpu(uint64_t allowed) {
  uint64_t idle = idle_cpus.load(std::memory_order_seq_cst) & allowed;
  while (idle != 0) {
    const auto cpu = static_cast<hal::CpuId>(std::countr_zero(idle));
    // One wake-up each: the CPU sets its bit again when it next runs dry.
    const uint64_t bit = uint64_t{1} << cpu;
    if ((idle_cpus.fetch_and(~bit, std::memory_order_acq_rel) & bit) != 0) {
      count(counters_->ipis);
      return hal::send_ipi(cpu);
    }
    idle &= ~bit;  // another waker was faster there
  }
}

void Executor::run() {
  Instant now = take_interrupts();
  for (;;) {
    fire_expired(now);
    run_deferred();
    if (!in_service(id())) [[unlikely]] {
      rest();
      now = take_interrupts();
      continue;
    }
    Activity* next = queue_.pop(bit());
    if (next == nullptr) next = steal();
    if (next != nullptr) {
      now = run_one(*next, now);
    } else {
      idle();
      now = take_interrupts();
    }
  }
}

Instant Executor::take_interrupts() {
  hal::take_interrupts();
  return hal::now();
}

Instant Executor::run_one(Activity& activity, Instant now) {
  count(counters_->switches);
  activity.last_cpu_.store(id(), std::memory_order_relaxed);
  // In every CPU's eyes before the activity looks whether others want something of it: they leave
  // their request first, and then look whether and where it runs.
  activity.state_.exchange(Activity::State::Running, std::memory_order_seq_cst);
  if (activity.space_ != nullptr && activity.space_ != active_space_.get()) {
    activity.space_->activate();
    active_space_ = RefPtr(activity.space_);
    space_in_use_.store(activity.space_, std::memory_order_relaxed);
  }
  trace(trace_event::kSwitch, activity.trace_id());
  running_ = &activity;
  portion_ = Portion();
  frame_arena_ = &activity.arena_;
  slice_end_ = now + kTimeSlice;
  activity.cpu_time_.start(now);
  activity.resume_point_.resume();
  DEBUG_ASSERT(current_held_locks().count == 0);  // no lock is held across a co_await
  running_ = nullptr;
  frame_arena_ = nullptr;
  now = take_interrupts();
  activity.cpu_time_.stop(now);

  if (activity.root_.done()) {
    activity.root_ = {};
    activity.state_.store(Activity::State::Finished, std::memory_order_release);
    activity.on_finished();
    return now;
  }
  interleave_point();
  auto seen = Activity::State::Running;
  if (activity.state_.compare_exchange_strong(seen, Activity::State::Sleeping,
                                              std::memory_order_acq_rel))
    return now;  // from here on another CPU may run it: do not touch it again
  DEBUG_ASSERT(seen == Activity::State::Woken);
  activity.state_.store(Activity::State::Runnable, std::memory_order_release);
  enqueue(activity);
  return now;
}

Activity* Executor::steal() {
  const hal::CpuId self = id();
  for (hal::CpuId i = 1; i < hal::cpu_count(); ++i) {
    const hal::CpuId victim = (self + i) % hal::cpu_count();
    if (Activity* taken = storage.executors[victim].queue_.pop(uint64_t{1} << self)) {
      count(counters_->steals);
      return taken;
    }
  }
  return nullptr;
}

[[gnu::noinline]] void Executor::idle() {
  const uint64_t bit = this->bit();
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
      run_one(*late, hal::now());
      return;
    }
    sleep();
  }
  idle_cpus.fetch_and(~bit, std::memory_order_acq_rel);
}

void Executor::sleep() {
  arm_timer(deadlines_.earliest());
  const Instant from = hal::now();
  hal::halt();
  count(counters_->idle_ns, static_cast<uint64_t>((hal::now() - from).ns));
}

// Lets go of the space this CPU ran in last when only CPUs refer to it: its process has gone.
void Executor::leave_dead_space() {
  const uint32_t references = active_space_ ? active_space_->ref_count() : 0;
  if (references == 0 || references > hal::cpu_count()) return;
  uint32_t cpus = 0;
  for (hal::CpuId cpu = 0; cpu < hal::cpu_count(); ++cpu)
    cpus += of(cpu).space_in_use_.load(std::memory_order_relaxed) == active_space_.get();
  if (references <= cpus) leave_space();
}

[[gnu::noinline]] void Executor::leave_space() {
  if (!active_space_) return;
  hal::activate_kernel_only();
  space_in_use_.store(nullptr, std::memory_order_relaxed);
  active_space_.reset();
}

void Executor::leave_soon(const hal::AddressSpace* space) {
  // A CPU that wakes up to find nothing to do lets go of dead spaces before it sleeps again.
  for (hal::CpuId cpu = 0; cpu < hal::cpu_count(); ++cpu) {
    if (of(cpu).space_in_use_.load(std::memory_order_relaxed) == space) hal::send_ipi(cpu);
  }
}

void Executor::arm_timer(Instant deadline) {
  if (deadline == armed_) return;
  armed_ = deadline;
  hal::set_timer(deadline);
}

void Executor::fire_expired(Instant now) {
  if (armed_ <= now) armed_ = kForever;
  if (const size_t fired = deadlines_.fire_expired(now); fired != 0)
    count(counters_->timers, fired);
}

void Executor::set_user_timer() {
  Instant deadline = deadlines_.earliest();
  if (!queue_.empty()) {
    deadline = std::min(deadline, slice_end_);
    if (idle_cpus.load(std::memory_order_relaxed) != 0)
      deadline = std::min(deadline, hal::now() + kStealDelay);
  }
  // A timer that comes too early does no harm, and is cheaper than setting it anew for each call.
  if (deadline < armed_) arm_timer(deadline);
}

bool Executor::poll() {
  const Instant now = take_interrupts();
  fire_expired(now);
  run_deferred();
  const bool serves = in_service(id());
  if ((queue_.empty() && serves) || running_ == nullptr) return false;
  count(counters_->interrupts);
  if (!serves) return true;
  wake_an_idle_cpu(~uint64_t{0});
  if (queue_.top_priority() > running_->priority()) return true;
  if (now < slice_end_) return false;
  count(counters_->yields);
  return true;
}

}  // namespace jacinth::exec
