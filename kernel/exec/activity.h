// Activity: what the executor schedules. A root coroutine with its frames, state and current wait.
#pragma once

#include <atomic>
#include <coroutine>
#include <cstdint>
#include <limits>

#include "base/intrusive.h"
#include "base/ref_ptr.h"
#include "base/spinlock.h"
#include "base/units.h"
#include "exec/cpu_time.h"
#include "exec/frame_arena.h"
#include "exec/task.h"
#include "hal/address_space.h"
#include "hal/cpu.h"

namespace jacinth::exec {

class Executor;
class Waiter;

inline constexpr int kPriorityCount = 32;
inline constexpr int kDefaultPriority = 16;

//             start()            picked                 suspends
//      New ─────────► Runnable ────────► Running ───────────────────► Sleeping
//                        ▲                  │ wake()                      │
//                        │   suspends       ▼                             │
//                        ├────────────── Woken                            │ wake()
//                        └────────────────────────────────────────────────┘
//      Running ── root returns ──► Finished
//
// wake() changes the state by compare-and-swap, so a wake-up that meets a Running activity is kept
// (Woken) and it runs again; none is ever lost. Only the executor resumes coroutines.
class Activity {
 public:
  // Words, as RISC-V has no instruction that exchanges less.
  enum class State : uint32_t { New, Runnable, Running, Woken, Sleeping, Finished };

  Activity() = default;
  Activity(const Activity&) = delete;
  Activity& operator=(const Activity&) = delete;
  virtual ~Activity();

  // Calls `make_root()`, which returns the root Task<void>, with frames coming from this activity's
  // arena, and makes the activity runnable. NO_MEMORY when the frame cannot be had.
  template <typename F>
  Result<> start(F&& make_root) {
    {
      ArenaScope scope(&arena_);
      root_ = make_root();
    }
    return start_root();
  }

  // Ends the activity's current interruptible wait with INTERNAL_INTR_RETRY; when it is not
  // waiting, its next interruptible wait ends so at once. Stays in force until clear_interrupt().
  void interrupt();
  void clear_interrupt();
  bool interrupt_pending() const { return interrupted_.load(std::memory_order_acquire); }

  State state() const { return state_.load(std::memory_order_acquire); }

  // The address space the executor activates before resuming; null: any will do. Changed only by
  // the activity itself, or before start().
  void set_address_space(hal::AddressSpace* space) { space_ = space; }
  hal::AddressSpace* address_space() const { return space_; }

  // 0 <= priority < kPriorityCount, higher runs first; takes effect when it is next made runnable.
  void set_priority(int priority) {
    ASSERT(priority >= 0 && priority < kPriorityCount);
    priority_.store(static_cast<int8_t>(priority), std::memory_order_relaxed);
  }
  int priority() const { return priority_.load(std::memory_order_relaxed); }
  // The CPUs this activity may run on, a bit each; takes effect when it is next made runnable. Bits
  // of CPUs that do not exist are ignored; without any that does, it may run on all.
  void set_allowed_cpus(uint64_t mask) { allowed_cpus_.store(mask, std::memory_order_relaxed); }
  uint64_t allowed_cpus() const { return allowed_cpus_.load(std::memory_order_relaxed); }

  // CPU time used up to now, also while it is running on another CPU.
  Duration runtime() const;
  static constexpr hal::CpuId kNoCpu = std::numeric_limits<hal::CpuId>::max();
  hal::CpuId last_cpu() const { return last_cpu_.load(std::memory_order_relaxed); }

  // The activity running on this CPU; null in the executor itself.
  static Activity* current();

  // Whether this is a thread of a user program; the kernel's own activities are none.
  virtual bool runs_user_program() const { return false; }
  // Names it in the event trace; 0: an activity of the kernel itself.
  virtual uint64_t trace_id() const { return 0; }

 protected:
  // The root has returned and its frame is gone. The last the executor does with the activity: it
  // may free itself here, and nobody may free it before (state() is Finished already).
  virtual void on_finished() {}

 private:
  friend class Executor;
  friend class RunQueue;
  friend class Waiter;
  friend FrameArena* current_frame_arena();
  friend struct YieldAwaiter;

  class ArenaScope {
   public:
    explicit ArenaScope(FrameArena* arena);
    ~ArenaScope();

   private:
    FrameArena* const previous_;
  };

  Result<> start_root();
  // Makes a sleeping activity runnable; remembered when it is running. Any CPU, any lock below
  // LockRank::RunQueue may be held. Only for whoever it waits for: Waiter calls it exactly once for
  // each suspension, so an activity never wakes up for nothing.
  void wake();

  std::atomic<State> state_{State::New};
  std::atomic<bool> interrupted_{false};
  std::atomic<int8_t> priority_{kDefaultPriority};
  std::atomic<hal::CpuId> last_cpu_{kNoCpu};
  std::atomic<uint64_t> allowed_cpus_{~uint64_t{0}};
  uint64_t queued_for_ = 0;  // where it may be run from the queue it is in; set by enqueue()
  CpuTime cpu_time_;
  ListHook run_link_;
  hal::AddressSpace* space_ = nullptr;
  std::coroutine_handle<> resume_point_;
  SpinLock wait_lock_{LockRank::Waiter};
  Waiter* waiting_ GUARDED_BY(wait_lock_) = nullptr;
  Task<void> root_;
  FrameArena arena_;
};

// co_await yield(): lets other runnable activities of this CPU run first.
struct YieldAwaiter {
  bool await_ready() { return false; }
  void await_suspend(std::coroutine_handle<> here);
  void await_resume() {}
};
inline YieldAwaiter yield() { return {}; }

}  // namespace jacinth::exec
