// Process: an address space, a table of handles, and the threads that share them.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/intrusive.h"
#include "base/spinlock.h"
#include "base/vector.h"
#include "exec/reaper.h"
#include "object/handle_table.h"
#include "object/kernel_object.h"
#include "object/sync/futex.h"
#include "object/task/exception_channel.h"
#include "object/task/job.h"
#include "object/task/job_policy.h"
#include "object/task/personality.h"
#include "object/task/task_codes.h"
#include "object/task/thread.h"
#include "vm/address_space.h"

namespace jacinth {

//                start()             exit(), kill()             its threads have left
//    Created ─────────────► Running ────────────────► Exiting ─────────────────────────► Dead
//       │                      └───────── the last thread has left ────────────────────────▲
//       └──────────── kill(), or the last handle has gone ─────────────────────────────────┘
//
// Exiting, without threads: the reaper takes apart what it has. Dead: handles closed, memory gone,
// no longer in its job. Closing the handles of a running process does nothing to it: a started
// process keeps itself alive through its threads.
class Process final : public KernelObject, private exec::Remains {
 public:
  static constexpr ObjectType kType = ObjectType::Process;

  enum class State : uint8_t { Created, Running, Exiting, Dead };

  struct Info {
    int64_t return_code;
    bool started;
    bool exited;  // exiting or dead
    bool debugger_attached;
  };
  using HandleStats = std::array<uint32_t, kObjectTypeCount>;

  // An empty process in `job`, whose policy it keeps as it is now. BAD_STATE: the job has been
  // killed. NO_MEMORY, NO_RESOURCES (no further address space on this machine).
  static Result<RefPtr<Process>> create(RefPtr<Job> job, std::string_view name,
                                        Personality& personality);
  // The same in the address space of another process, or in an empty one that is nobody's yet; the
  // new process becomes one of its users.
  static Result<RefPtr<Process>> create_in(RefPtr<vm::AddressSpace> space, RefPtr<Job> job,
                                           std::string_view name, Personality& personality);

  ObjectType type() const override { return kType; }
  Rights default_rights() const override;
  Koid related_koid() const override { return job_->koid(); }
  Name name() const override;
  Result<> set_name(std::string_view name) override;
  // Which process this is, in a panic: takes no lock.
  void describe(TextSink& out) const;

  // Starts the process with its first thread. `argument` goes into the handle table; its value (0
  // without one) is the thread's first argument; it is closed when the start fails. ACCESS_DENIED:
  // not a thread of this process. BAD_STATE: the process was started or killed before, or the
  // thread was. NO_MEMORY.
  Result<> start(Thread& thread, VirtAddr pc, VirtAddr sp, Handle argument, uint64_t argument2);
  // Starts it with a first thread whose registers are set up already: see Thread::context().
  Result<> start_prepared(Thread& thread);
  // Ends all threads and with them the process. Returns at once; the first code counts. A process
  // that is dead or dying stays as it is.
  void kill(int64_t code = task_code::kKilled);
  // The same for the current thread's own process.
  void exit(int64_t code) { kill(code); }
  // All threads, also those that come later. Nests. BAD_STATE: exiting or dead.
  Result<> suspend();
  void resume();

  // --- What a process consists of.
  const RefPtr<Job>& job() const { return job_; }
  HandleTable& handles() { return handles_; }
  // For its own threads, and for whoever knows that its personality never replaces it.
  vm::AddressSpace& address_space() const { return *address_space_; }
  RefPtr<vm::AddressSpace> shared_address_space() const;
  // Called by the process's only thread, which goes on in `space` after its next suspension: what
  // Linux's execve does. The old space is left, so destroyed unless another process uses it.
  void replace_address_space(RefPtr<vm::AddressSpace> space);
  FutexContext& futexes() { return futexes_; }
  Personality& personality() const { return personality_; }
  // What the personality keeps for this process; set before it starts.
  RefCounted* personality_state() const { return personality_state_.get(); }
  void set_personality_state(RefPtr<RefCounted> state) { personality_state_ = std::move(state); }
  ExceptionChannel& exceptions() { return exceptions_; }
  ExceptionChannel& debugger() { return debugger_; }

  // handles().get(), and what the policy says about bad handles.
  template <typename T>
  Result<RefPtr<T>> get(HandleValue value, Rights needed, Rights* actual = nullptr) {
    auto found = handles_.get_with_rights<T>(value, needed, actual);
    if (!found && found.error() == Status::BadHandle) [[unlikely]]
      note_bad_handle();
    return found;
  }

  // --- Policy.
  const JobPolicy& policy() const { return policy_; }
  // For a thread of this process about to do what `condition` names. ACCESS_DENIED: it may not.
  // Raises the exception or kills the process where the policy says so.
  Result<> enforce_policy(PolicyCondition condition);
  // The same for a handle value that is not one; the call's result is BAD_HANDLE all the same.
  void note_bad_handle();

  // --- Its memory as others see it: see vm::AddressSpace.  BAD_STATE: exiting or dead.
  Result<size_t> read_memory(VirtAddr at, std::span<std::byte> to);
  Result<size_t> write_memory(VirtAddr at, std::span<const std::byte> from);

  // --- Information.
  State state() const;
  Info info() const;
  Result<Vector<Koid>> thread_koids() const;       // NO_MEMORY
  HandleStats handle_stats() const;                // by object type
  Result<RefPtr<Thread>> thread(Koid koid) const;  // NOT_FOUND
  Duration runtime() const;                        // of all threads there ever were
  Duration system_time() const;                    // of it, in the kernel; an estimate

  // --- Properties that debuggers and program loaders agree on. The kernel only keeps them.
  static constexpr uint64_t kBreakOnDebugAddressSet = 1;
  uint64_t debug_address() const { return debug_address_.load(std::memory_order_relaxed); }
  // INVALID_ARGS: 0. ACCESS_DENIED: set before, to other than kBreakOnDebugAddressSet.
  Result<> set_debug_address(uint64_t value);
  uint64_t break_on_load() const { return break_on_load_.load(std::memory_order_relaxed); }
  void set_break_on_load(uint64_t value) { break_on_load_.store(value, std::memory_order_relaxed); }
  // Which system calls the personality prints: bit n stands for number n modulo 64.
  uint64_t call_trace() const { return call_trace_.load(std::memory_order_relaxed); }
  void set_call_trace(uint64_t mask);

 protected:
  void on_zero_handles() override;

 private:
  friend class Job;
  friend class Thread;
  template <typename T, typename... Args>
  friend Result<RefPtr<T>> make_ref(Args&&...);
  using Threads = IntrusiveList<Thread, &Thread::process_link_>;

  enum class First : bool { No, Yes };

  Process(RefPtr<Job> job, std::string_view name, Personality& personality,
          RefPtr<vm::AddressSpace> address_space, uint32_t handle_secret);
  ~Process() override;

  // --- For threads.
  Result<> add_thread(Thread& thread);  // BAD_STATE: exiting or dead
  void remove_thread(Thread& thread);   // one that never started, or has left already
  // Runs `thread`; the first makes a Created process Running. BAD_STATE, NO_MEMORY.
  Result<> start_thread(Thread& thread, First first, const Thread::Entry* entry);
  // A started thread has come to its end.
  void thread_left(Thread& thread);
  RefPtr<Thread> take_thread();

  // For Job::set_critical_process(). ALREADY_BOUND.
  Result<> set_critical_to(RefPtr<Job> job, bool only_failure);

  void die();
  bool reap(exec::Portion& portion) override;
  void be_dead();

  // The memory of the process whose thread is running.
  class UserWords final : public FutexMemory {
   public:
    explicit UserWords(const Process& process) : process_(process) {}
    bool load(VirtAddr word, uint32_t* value) override { return hal::load_user_u32(word, value); }
    exec::Eventually<Status> fault_in(VirtAddr word) override;

   private:
    const Process& process_;
  };

  const RefPtr<Job> job_;
  RefPtr<vm::AddressSpace> address_space_;  // replaced under lock_
  Personality& personality_;
  RefPtr<RefCounted> personality_state_;
  bool left_address_space_ = false;  // set by reap(), once
  JobPolicy policy_;                 // the job's, at creation; constant from then on
  JobChild place_{*this};            // in the job's list

  HandleTable handles_;
  UserWords user_words_{*this};
  FutexContext futexes_{user_words_};

  mutable SpinLock lock_{LockRank::Process};
  State state_ GUARDED_BY(lock_) = State::Created;
  bool started_ GUARDED_BY(lock_) = false;
  int64_t return_code_ GUARDED_BY(lock_) = 0;
  uint32_t suspensions_ GUARDED_BY(lock_) = 0;
  uint32_t running_threads_ GUARDED_BY(lock_) = 0;  // started and not yet left
  Threads threads_ GUARDED_BY(lock_);               // but for those that have left
  Duration past_runtime_ GUARDED_BY(lock_){};       // of threads that have left
  Duration past_system_ GUARDED_BY(lock_){};        // likewise
  Name name_ GUARDED_BY(lock_);
  RefPtr<Job> critical_to_ GUARDED_BY(lock_);
  bool critical_only_failure_ GUARDED_BY(lock_) = false;

  std::atomic<uint64_t> debug_address_{0};
  std::atomic<uint64_t> break_on_load_{0};
  std::atomic<uint64_t> call_trace_{0};
  ExceptionChannel exceptions_;
  ExceptionChannel debugger_;
};

}  // namespace jacinth
