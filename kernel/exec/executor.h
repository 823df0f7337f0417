// Executor: one CPU's loop over its runnable activities.
#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <cstdint>

#include "base/intrusive.h"
#include "base/spinlock.h"
#include "base/units.h"
#include "exec/activity.h"
#include "exec/counters.h"
#include "exec/deadline_queue.h"
#include "exec/reaper.h"
#include "hal/cpu.h"

namespace jacinth::exec {

// Runnable activities of one CPU: a list for each priority, first come first served within it.
class RunQueue {
 public:
  void push(Activity& activity);
  // The next that may run on one of `cpus`, a bit each; null when there is none.
  Activity* pop(uint64_t cpus);
  bool empty() const { return size_.load(std::memory_order_acquire) == 0; }
  size_t size() const { return size_.load(std::memory_order_acquire); }
  // The highest priority queued; -1 when empty.
  int top_priority() const {
    return static_cast<int>(std::bit_width(nonempty_.load(std::memory_order_acquire))) - 1;
  }

 private:
  using List = IntrusiveList<Activity, &Activity::run_link_>;

  SpinLock lock_{LockRank::RunQueue};
  std::array<List, kPriorityCount> lists_ GUARDED_BY(lock_);
  // Written under the lock alone, read without it.
  std::atomic<uint32_t> nonempty_{0};  // lists, a bit each
  std::atomic<uint32_t> size_{0};
};

// Makes all CPUs' executors; before anything else of this layer is used. The simulator calls it for
// each machine it makes.
void make_executors();

class Executor {
 public:
  // A user program may run this long at a time while others wait for its CPU.
  static constexpr Duration kTimeSlice = milliseconds(10);
  // Runnable work waits this long behind a running program before an idle CPU is woken to take it:
  // long enough that a program which wakes another and then waits is followed on the same CPU.
  static constexpr Duration kStealDelay = microseconds(50);

  static Executor& of(hal::CpuId cpu);
  static Executor& current();

  // Runs activities for ever. Each CPU enters once, at the end of its start-up.
  [[noreturn]] void run();

  // Puts a runnable activity on some CPU's queue: the current one when it may run there.
  static void enqueue(Activity& activity);

  // The owner of `space` has given it up: idle CPUs that are still in it leave it soon. The object
  // itself is not touched, and may be gone.
  static void leave_soon(const hal::AddressSpace* space);

  // For the loop that runs a user program, right before entering user mode: sets the CPU's timer
  // for the next deadline and for the end of the time slice when others wait.
  void prepare_user() {
    portion_ = Portion();
    if (!queue_.empty() || deadlines_.earliest() < armed_) set_user_timer();
  }
  // After an interrupt: runs interrupt handlers, expired deadlines and deferred work. True when the
  // current activity should yield.
  bool poll();

  Activity* running() const { return running_; }
  DeadlineQueue& deadlines() { return deadlines_; }
  // See exec::portion().
  Portion& portion() { return portion_; }

  Counters& counters() { return *counters_; }
  // From now on the CPUs count in `rows`, one for each that exists, from 0. Before more than one
  // CPU runs.
  static void count_in(Counters* rows);
  // Here, on this CPU.
  void count_syscall() { count(counters_->syscalls); }

 private:
  friend class Activity;
  friend FrameArena* current_frame_arena();

  hal::CpuId id() const;
  uint64_t bit() const { return uint64_t{1} << id(); }
  // Reads the clock after taking the interrupts that are pending: a timer that has fired is due.
  static Instant take_interrupts();
  // Runs `activity` from `now` until it waits, yields or ends, and returns when that was: the clock
  // is read once for each switch.
  Instant run_one(Activity& activity, Instant now);
  Activity* steal();
  void set_user_timer();
  void idle();
  void sleep();
  // Out of service: hands over what it has, and halts.
  void rest();
  void leave_space();
  void leave_dead_space();
  void fire_expired(Instant now);
  void arm_timer(Instant deadline);
  void wake_an_idle_cpu(uint64_t allowed);

  RunQueue queue_;
  DeadlineQueue deadlines_;
  Activity* running_ = nullptr;
  Portion portion_;
  FrameArena* frame_arena_ = nullptr;
  // Kept alive until this CPU activates another, so that its address cannot come back meanwhile.
  RefPtr<hal::AddressSpace> active_space_;
  std::atomic<hal::AddressSpace*> space_in_use_{nullptr};  // the same, for other CPUs to compare
  Instant slice_end_ = kForever;
  Instant armed_ = kForever;
  Counters own_counters_;
  Counters* counters_ = &own_counters_;
};

}  // namespace jacinth::exec
