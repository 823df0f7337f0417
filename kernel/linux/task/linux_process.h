// LinuxProcess: a thread group, with its place among the other processes.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "abi/linux/constants.h"
#include "base/intrusive.h"
#include "base/ref_ptr.h"
#include "base/spinlock.h"
#include "exec/waiter.h"
#include "hal/clock.h"
#include "linux/memory/linux_memory.h"
#include "linux/signals/pending_signals.h"
#include "linux/signals/signal_handlers.h"
#include "linux/task/child_status.h"
#include "linux/task/cpu_limit.h"
#include "linux/task/credentials.h"
#include "linux/task/limits.h"
#include "linux/task/linux_thread.h"
#include "linux/time/interval_timer.h"
#include "linux/time/posix_timer.h"
#include "linux/tracing/tracee.h"
#include "object/task/process.h"

namespace jacinth::linux {

// The family of all Linux processes: parents, groups, sessions, and the lists of threads.
inline constinit SpinLock tasks_lock{LockRank::LinuxTasks};

//               the last thread has left               waited for
//    Alive ──────────────────────────────► Zombie ───────────────────► Reaped
//                    │          nobody is going to wait for it            ▲
//                    └────────────────────────────────────────────────────┘
//
// In the table of tasks, which holds it, until it is Reaped. The object exists while it is Alive.
class LinuxProcess final : public RefCounted {
 public:
  enum class State : uint8_t { Alive, Zombie, Reaped };

  struct Parts {
    RefPtr<LinuxMemory> memory;
    RefPtr<SignalHandlers> handlers;
  };

  // In no table yet. NO_MEMORY.
  static Result<RefPtr<LinuxProcess>> create(int32_t id, Parts parts);
  static LinuxProcess& of(Process& object) {
    return static_cast<LinuxProcess&>(*object.personality_state());
  }

  int32_t id() const { return id_; }
  // While Alive.
  Process& object() const { return *object_; }
  void set_object(Process& object) { object_ = &object; }

  // --- Parts. Replaced by its only thread, in execve.
  LinuxMemory& memory() const { return *memory_; }
  const RefPtr<LinuxMemory>& shared_memory() const { return memory_; }
  void replace_memory(RefPtr<LinuxMemory> memory);
  SignalHandlers& handlers() const { return *handlers_; }
  const RefPtr<SignalHandlers>& shared_handlers() const { return handlers_; }
  void replace_handlers(RefPtr<SignalHandlers> handlers) { handlers_ = std::move(handlers); }
  Guarded<CredentialSet, LockRank::LinuxPart> credentials;
  Guarded<Limits, LockRank::LinuxPart> limits;
  IntervalTimer alarm{*this, IntervalTimer::Kind::Real};
  IntervalTimer virtual_alarm{*this, IntervalTimer::Kind::Virtual};
  IntervalTimer profiling_alarm{*this, IntervalTimer::Kind::Profiling};
  PosixTimers timers;
  CpuLimit cpu_limit{*this};
  // RLIMIT_FSIZE as in `limits`, for writes to look at.
  std::atomic<uint64_t> file_size_limit{kUnlimited};
  // How much it is worth ending where memory has run out, as programs say: -1000 (never) … 1000.
  std::atomic<int32_t> oom_score_adjustment{0};
  // It has become a user with too many (RLIMIT_NPROC); execve looks again.
  std::atomic<bool> has_too_many_processes{false};
  std::atomic<uint32_t> barriers{0};  // what it has registered for with membarrier()

  // --- Signals (signals/).
  SpinLock& signal_lock() RETURN_CAPABILITY(signal_lock_) { return signal_lock_; }
  PendingSignals& pending() REQUIRES(signal_lock_) { return pending_; }
  // How many wait for no thread in particular; a hint.
  size_t queued_signals() const NO_THREAD_SAFETY_ANALYSIS { return pending_.queued(); }
  bool stopped() const { return stopped_.load(std::memory_order_acquire); }

  // --- Its end. `status`: what wait4 gives. The first counts. Ends every thread.
  void exit_group(int32_t status);
  // The status of the first thread's own exit counts unless there is one for the whole process.
  void note_leader_exit(int32_t status);
  // What `self`, which is ending, has to show for it: wait4's status.
  int32_t end_status(const LinuxThread& self);
  bool exiting() const { return exiting_.load(std::memory_order_acquire); }

  // --- Threads.
  using Threads = IntrusiveList<LinuxThread, &LinuxThread::process_link_>;
  Threads& threads() REQUIRES(tasks_lock) { return threads_; }
  uint32_t thread_count() const { return thread_count_.load(std::memory_order_acquire); }
  // Ends all threads but `self`, which is the caller, and waits until they have left; then `self`
  // has the process's number. INTR: killed meanwhile, or another thread does the same.
  exec::Task<ErrnoOr<>> become_only_thread(LinuxThread& self);

  // --- Family; under tasks_lock.
  LinuxProcess* parent() const REQUIRES(tasks_lock) { return parent_; }
  int32_t parent_id() const;
  int32_t group() const REQUIRES(tasks_lock) { return group_; }
  int32_t session() const REQUIRES(tasks_lock) { return session_; }
  State state() const REQUIRES(tasks_lock) { return state_; }

  // Whose signal ready::kIn says that the process has ended, kHangUp that it has been waited for
  // as well. NOMEM.
  ErrnoOr<RefPtr<KernelObject>> end_object();
  // What its first thread was called; for one that has no threads any more.
  const std::array<char, 16>& last_name() const REQUIRES(tasks_lock) { return last_name_; }
  const Instant started_at{hal::now()};

  Duration runtime() const;
  // Neither part ever becomes less.
  Usage usage();
  Usage children_usage() const REQUIRES(tasks_lock) { return children_usage_; }

  std::atomic<bool> is_subreaper{false};
  std::atomic<int32_t> parent_death_signal{0};
  std::atomic<uint32_t> dumpable{1};
  std::atomic<bool> no_new_privileges{false};
  // It has given up its session's terminal for itself alone (TIOCNOTTY).
  std::atomic<bool> left_terminal{false};
  std::atomic<uint32_t> persona{0};        // what personality() was told
  std::atomic<bool> no_huge_pages{false};  // there are none anyway

 private:
  template <typename T, typename... Args>
  friend Result<RefPtr<T>> jacinth::make_ref(Args&&...);
  friend class TaskTable;
  friend class SignalSender;
  friend class Stopper;
  friend class Family;
  friend class Execution;
  friend class ChildWait;
  friend class Tracing;

  LinuxProcess(int32_t id, Parts parts);
  ~LinuxProcess() override;

  struct IdOf {
    using type = int32_t;
    int32_t operator()(const LinuxProcess& process) const { return process.id(); }
  };
  // Somebody who waits for something about this process, in whose frame it lies.
  struct Watcher {
    exec::Waiter waiter;
    ListHook link;
  };
  using Watchers = IntrusiveList<Watcher, &Watcher::link>;
  static void wake_all(Watchers& watchers) REQUIRES(tasks_lock);
  void tell_end() REQUIRES(tasks_lock);  // after a change of state_

  const int32_t id_;
  Process* object_ = nullptr;
  Guarded<Usage, LockRank::LinuxPart> told_usage_;
  RefPtr<LinuxMemory> memory_;
  RefPtr<SignalHandlers> handlers_;

  SpinLock signal_lock_{LockRank::LinuxSignals};
  PendingSignals pending_ GUARDED_BY(signal_lock_);
  std::atomic<bool> stopped_{false};  // changes under signal_lock_
  std::atomic<bool> exiting_{false};
  int32_t exit_status_ GUARDED_BY(signal_lock_) = 0;
  bool has_exit_status_ GUARDED_BY(signal_lock_) = false;
  int32_t stop_signal_ GUARDED_BY(tasks_lock) = 0;  // while stopped: why

  TreeHook table_link_;
  State state_ GUARDED_BY(tasks_lock) = State::Alive;
  Threads threads_ GUARDED_BY(tasks_lock);
  std::atomic<uint32_t> thread_count_{0};               // changes under tasks_lock
  LinuxThread* sole_ GUARDED_BY(tasks_lock) = nullptr;  // in become_only_thread()
  Watchers sole_watchers_ GUARDED_BY(tasks_lock);

  LinuxProcess* parent_ GUARDED_BY(tasks_lock) = nullptr;  // null: the kernel, which waits for it
  ListHook sibling_link_;
  IntrusiveList<LinuxProcess, &LinuxProcess::sibling_link_> children_ GUARDED_BY(tasks_lock);
  int32_t parent_thread_ GUARDED_BY(tasks_lock) = 0;  // which of its parent's has made it
  int32_t group_ GUARDED_BY(tasks_lock) = 0;
  int32_t session_ GUARDED_BY(tasks_lock) = 0;
  int32_t exit_signal_ GUARDED_BY(tasks_lock) = kSigChld;
  std::array<char, 16> last_name_ GUARDED_BY(tasks_lock){};
  bool has_execed_ GUARDED_BY(tasks_lock) = false;
  // What wait has not been told yet.
  int32_t unreported_stop_ GUARDED_BY(tasks_lock) = 0;  // the signal; 0: none
  bool unreported_continue_ GUARDED_BY(tasks_lock) = false;
  ChildStatus end_ GUARDED_BY(tasks_lock);  // of a zombie
  Usage children_usage_ GUARDED_BY(tasks_lock);
  Watchers child_watchers_ GUARDED_BY(tasks_lock);  // its threads that wait for a child
  Watchers vfork_watchers_ GUARDED_BY(tasks_lock);  // the parent, until exec or exit
  bool vfork_over_ GUARDED_BY(tasks_lock) = false;
  // Whom its threads trace; and its own first thread's, while that is traced, ended or not.
  IntrusiveList<Tracee, &Tracee::link> tracees_ GUARDED_BY(tasks_lock);
  Tracee* leader_tracee_ GUARDED_BY(tasks_lock) = nullptr;
  RefPtr<KernelObject> end_object_ GUARDED_BY(tasks_lock);  // made when first asked for
};

}  // namespace jacinth::linux
