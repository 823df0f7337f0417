// Thread: a user program's thread. An activity whose root coroutine runs the program and serves it.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/intrusive.h"
#include "base/spinlock.h"
#include "exec/activity.h"
#include "exec/task.h"
#include "exec/waiter.h"
#include "hal/registers.h"
#include "hal/user.h"
#include "object/ipc/channel.h"
#include "object/kernel_object.h"
#include "object/sync/futex.h"
#include "object/task/exception.h"
#include "object/task/exception_channel.h"
#include "object/task/personality.h"
#include "object/task/time_split.h"

namespace jacinth {

class Process;

// Why a thread waits; the numbers are those of zx_info_thread_t.state, shifted right by eight.
enum class BlockedReason : uint8_t {
  None = 0,
  Exception = 1,
  Sleeping = 2,
  Futex = 3,
  Port = 4,
  Channel = 5,
  WaitOne = 6,
  WaitMany = 7,
  Interrupt = 8,
  Pager = 9,
};

//          start()                 killed or exited              frames gone
//    New ──────────► Running ───────────────────────────► Dying ─────────────► Dead
//     │               ▲   │                                 ▲                   ▲
//     │      resumed  │   ▼  suspended, at the border       │                   │
//     │              Suspended  to user mode                │                   │
//     │                   └────────── killed ───────────────┘                   │
//     └───────────────────────────── killed ────────────────────────────────────┘
//
// Blocked is Running with a reason why it waits in the kernel. Kill and suspend are requests: they
// set a bit in attention_, end the wait the thread is in (INTERNAL_INTR_RETRY) and take it out of
// user mode; the thread acts on them at the border to user mode, where no system call is half done.
//
// A started thread keeps itself alive until it is Dead, and its process until then. One that was
// never started is kept by its handles alone, and does not keep its process from ending.
class Thread final : public KernelObject, public exec::Activity {
 public:
  static constexpr ObjectType kType = ObjectType::Thread;

  enum class State : uint8_t { New, Running, Suspended, Dying, Dead };

  struct Info {
    State state;
    BlockedReason reason;      // state Running: why it waits, or None
    ExceptionHandler handler;  // reason Exception: who is asked
    uint64_t allowed_cpus;     // a bit each
  };
  struct Stats {
    Duration runtime;     // CPU time used
    Duration system;      // of it, in the kernel; an estimate, and at times more than all of it
    hal::CpuId last_cpu;  // Activity::kNoCpu: has not run yet
  };

  // BAD_STATE: the process is exiting or dead. NO_MEMORY.
  static Result<RefPtr<Thread>> create(RefPtr<Process> process, std::string_view name);

  // The thread that runs on this CPU; null in the kernel's own activities.
  static Thread* current();
  bool runs_user_program() const override { return true; }
  uint64_t trace_id() const override { return koid(); }

  ObjectType type() const override { return kType; }
  Rights default_rights() const override;
  Koid related_koid() const override;
  Name name() const override;
  Result<> set_name(std::string_view name) override;
  // Which thread and process this is, in a panic: takes no lock.
  void describe(TextSink& out) const;

  // Runs the thread from `pc`. BAD_STATE: the process is not running (its first thread is started
  // by Process::start()), or the thread was started or killed before. NO_MEMORY: not started.
  Result<> start(VirtAddr pc, VirtAddr sp, uint64_t arg0, uint64_t arg1);
  // Runs the thread from the registers that context() has been given. Errors as start().
  Result<> start_prepared();
  // Ends the thread, whatever it is doing; the current one before it sees user mode again. Returns
  // at once. Killing one that is dead or dying is fine.
  void kill();
  // The current thread ends itself, likewise: unlike a kill, it gives its debugger time to look.
  void exit();
  // Suspensions nest, also with those of the process. BAD_STATE: killed.
  Result<> suspend();
  void resume();

  // The registers. Sizes and values: see hal/registers.h. BAD_STATE: neither suspended (and
  // stopped by it) nor in an exception. NOT_SUPPORTED: no such set here, or no registers any more.
  Result<> read_state(hal::RegisterSet set, std::span<std::byte> out);
  Result<> write_state(hal::RegisterSet set, std::span<const std::byte> in);

  Info info() const;
  Stats stats() const;
  // What the exception it is in is about. BAD_STATE: it is in none.
  Result<ExceptionReport> exception_report() const;

  // For profiles; 0..31, and CPUs a bit each (INVALID_ARGS: none that exists). BAD_STATE: not
  // started, dying or dead.
  Result<> apply_priority(int priority);
  Result<> apply_affinity(uint64_t cpus);

  Process& process() const { return *process_; }
  ExceptionChannel& exceptions() { return exceptions_; }
  bool killed() const;
  // What the personality keeps for this thread; set before it starts.
  RefCounted* personality_state() const { return personality_state_.get(); }
  void set_personality_state(RefPtr<RefCounted> state) { personality_state_ = std::move(state); }

  // --- For the thread itself: personalities and system calls.
  hal::UserContext& context() { return context_; }
  TimeSplit& time_split() { return time_split_; }
  // Names what the current system call is about to wait for; forgotten when the call has ended.
  void set_blocked_reason(BlockedReason reason) {
    blocked_reason_.store(reason, std::memory_order_relaxed);
  }
  // A policy-error exception, delivered when the current call has ended and its result is set.
  void raise_policy_exception();
  // The channel call it is in, which may outlive the system call that made it.
  MessageWaiter& channel_call() { return channel_call_; }
  FutexThread& futex_thread() { return futex_thread_; }

  // Whether something is to be done before it sees user mode again.
  bool has_attention() const { return attention_.load(std::memory_order_seq_cst) != 0; }

  // --- For personalities, about any thread.
  // Personality::on_attention() runs before the thread sees user mode again; ends its current wait.
  void request_attention();

  // The current thread counts as being in an exception from here to the end of wait_in_exception(),
  // and its registers may be read and written. So `handler` is told in between. False: it has been
  // killed.
  [[nodiscard]] bool enter_exception(const ExceptionReport& report, ExceptionHandler handler,
                                     exec::Waiter& waiter);
  // Waits for the handler's answer: until that waiter is finished, or the thread is killed
  // (CANCELED).
  exec::Task<Status> wait_in_exception(exec::Waiter& waiter);

 protected:
  void on_finished() override;

 private:
  friend class Process;
  template <typename T, typename... Args>
  friend Result<RefPtr<T>> make_ref(Args&&...);

  // Why the thread cannot go straight to user mode; bits of attention_.
  enum Attention : uint32_t {
    kKill = 1,
    kExit = 2,
    kSuspend = 4,
    kPersonality = 8,
    kPolicyException = 16,
    kReschedule = 32,
    kEndsWaits = kKill | kSuspend | kPersonality,
  };
  // Why run_user() came back.
  enum class Stop : uint8_t { Attention, Yield, Wait, Call, Exception, Page };
  struct UserStop {
    exec::Task<Status> wait;          // Wait: what a call that was served on the spot waits in
    std::optional<CallOutcome> call;  // Call: what any other call waits in
    ExceptionReport report;           // Exception; Page: what it comes to if that never comes
    VirtAddr page{};                  // Page: must be fetched
  };

  Thread(RefPtr<Process> process, std::string_view name);
  ~Thread() override;

  // The first register values.
  struct Entry {
    VirtAddr pc;
    VirtAddr sp;
    uint64_t arg0;
    uint64_t arg1;
  };
  // For Process::start_thread(). No entry: the context is set up. BAD_STATE: not New. NO_MEMORY.
  Result<> launch(const Entry* entry, bool first_of_process);
  // For Process::kill(), under its lock. One that never started is killed later, without.
  void kill_if_started();

  exec::Task<void> run(bool first_of_process);
  Stop run_user(UserStop& stop);
  exec::Task<Status> settle();
  exec::Task<Status> stay_suspended();
  exec::Task<Status> handle_exception(const ExceptionReport& report);
  exec::Task<Status> wait_for_page(const UserStop& stop);
  exec::Task<Status> leave();
  void set_result(const CallResult& result);
  void set_result(Status status);

  // Sets bits of attention_ and makes the thread notice them, wherever it is.
  void call_attention(uint32_t bits) REQUIRES(lock_);
  void clear_attention(uint32_t bits) REQUIRES(lock_);
  void kill_locked() REQUIRES(lock_);
  Result<> check_registers_accessible() const REQUIRES(lock_);

  const RefPtr<Process> process_;
  ListHook process_link_;  // guarded by the process's lock

  std::atomic<uint32_t> attention_{0};
  TimeSplit time_split_;
  std::atomic<BlockedReason> blocked_reason_{BlockedReason::None};

  mutable SpinLock lock_{LockRank::Thread};
  State state_ GUARDED_BY(lock_) = State::New;
  uint32_t suspensions_ GUARDED_BY(lock_) = 0;
  ExceptionHandler handler_ GUARDED_BY(lock_) = ExceptionHandler::None;
  ExceptionReport report_ GUARDED_BY(lock_);
  Name name_ GUARDED_BY(lock_);
  // The wait of a suspended thread, or of one in an exception: what resume() and kill() end.
  exec::Waiter* stopped_in_ GUARDED_BY(lock_) = nullptr;

  RefPtr<RefCounted> personality_state_;
  hal::UserContext context_;
  MessageWaiter channel_call_;
  FutexThread futex_thread_{koid()};
  ExceptionChannel exceptions_;
};

}  // namespace jacinth
