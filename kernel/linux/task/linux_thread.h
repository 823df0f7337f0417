// LinuxThread: what Linux keeps for a thread, attached to its object.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <optional>

#include "abi/linux/constants.h"
#include "abi/linux/types.h"
#include "base/errno.h"
#include "base/intrusive.h"
#include "base/ref_ptr.h"
#include "exec/waiter.h"
#include "hal/linux_call.h"
#include "linux/files/file_table.h"
#include "linux/files/fs_context.h"
#include "linux/signals/pending_signals.h"
#include "linux/tracing/tracee.h"
#include "object/task/thread.h"

namespace jacinth::linux {

class LinuxProcess;

// Fields without another word belong to the thread itself: nobody else touches them once it runs.
class LinuxThread final : public RefCounted {
 public:
  // In no table yet. NO_MEMORY.
  static Result<RefPtr<LinuxThread>> create(RefPtr<LinuxProcess> process, int32_t id);
  static LinuxThread& of(Thread& thread) {
    return static_cast<LinuxThread&>(*thread.personality_state());
  }

  // Its number; changes once at most, when a thread that is not its process's first calls execve.
  int32_t id() const { return id_.load(std::memory_order_relaxed); }
  LinuxProcess& process() const { return *process_; }
  // For the thread itself, and under tasks_lock while it is in its process's list.
  Thread& object() const { return *object_; }
  void set_object(Thread& object) { object_ = &object; }

  // --- Parts it may share with others (CLONE_FILES, CLONE_FS).
  // Once it runs, they are replaced by these functions alone.
  RefPtr<FileTable> files;
  RefPtr<FsContext> fs;
  void replace_files(RefPtr<FileTable> wanted);
  void replace_fs(RefPtr<FsContext> wanted);
  // For other threads; null when it is about to end.
  RefPtr<FileTable> shared_files();
  RefPtr<FsContext> shared_fs();

  // --- Being traced (tracing/).
  // Somebody traces it; `tracee` is there then. Written under tasks_lock.
  std::atomic<bool> traced{false};

  // --- The call it is in, or was in last.
  hal::LinuxCall call;
  // The rest of it, where it was begun on the spot and has to wait.
  std::optional<exec::Task<ErrnoOr<uint64_t>>> begun;
  // A restart code that the call ended with; its fate is decided at the border to user mode.
  std::optional<Errno> interrupted_by;
  // For restart_syscall(): what is left to do of a call that cannot just be made again.
  struct Restart {
    enum class Kind : uint8_t { None, Sleep, Futex, Poll };
    Kind kind = Kind::None;
    int32_t clock = 0;
    Instant deadline = kForever;
    uint64_t a0 = 0, a1 = 0, a2 = 0;
  };
  Restart restart;

  // --- User addresses it has registered.
  VirtAddr set_child_tid{};    // where its number goes before it first runs
  VirtAddr clear_child_tid{};  // the word cleared and woken when it ends
  VirtAddr robust_list{};
  struct {
    VirtAddr area{};
    uint32_t size = 0;
    uint32_t signature = 0;
    uint32_t cpu = ~uint32_t{0};  // that the area says
  } rseq;

  // --- Signals; all under process().signal_lock(), but that the thread may read its own mask.
  struct Signals {
    PendingSignals pending;
    SignalSet mask = 0;
    SignalSet waits_for = 0;  // sigtimedwait(): wakes it although it is blocked
    exec::Waiter* stopped_in = nullptr;
  };
  Signals signals;
  // While a call replaces the mask (sigsuspend, ppoll): what it was.
  std::optional<SignalSet> mask_to_restore;
  abi::sigaltstack alt_stack{.base = 0, .flags = alt_stack::kDisable, .padding = 0, .size = 0};

  // In a futex, or about to be, whose owner it wants to become.
  std::atomic<bool> waits_for_owner{false};

  // How it is scheduled, as it was asked for.
  struct Scheduling {
    std::atomic<int32_t> policy{0};
    std::atomic<int32_t> priority{0};  // of the real-time policies
    std::atomic<int32_t> nice{0};
    std::atomic<int32_t> io_priority{0};
    std::atomic<bool> reset_on_fork{false};
    // The executor's priority of those that wait for a futex it owns; 0: nobody.
    std::atomic<int32_t> inherited{0};
  } scheduling;

  static constexpr uint64_t kUsualSlack = 50000;
  uint64_t timer_slack = kUsualSlack;  // PR_SET_TIMERSLACK, in nanoseconds

  // What exit() was told, as wait4 gives it.
  int32_t exit_status = 0;
  bool has_exited = false;
  // Set once, under tasks_lock.
  UniquePtr<Tracee> tracee;

  std::array<char, 16> name{};  // PR_SET_NAME; for its process's first thread also the program's

 private:
  template <typename T, typename... Args>
  friend Result<RefPtr<T>> jacinth::make_ref(Args&&...);
  friend class LinuxProcess;
  friend class TaskTable;

  LinuxThread(RefPtr<LinuxProcess> process, int32_t id);
  ~LinuxThread() override;

  struct IdOf {
    using type = int32_t;
    int32_t operator()(const LinuxThread& thread) const { return thread.id(); }
  };

  std::atomic<int32_t> id_;
  SpinLock parts_lock_{LockRank::LinuxPart};
  const RefPtr<LinuxProcess> process_;
  Thread* object_ = nullptr;
  TreeHook table_link_;  // all under tasks_lock
  ListHook process_link_;
};

}  // namespace jacinth::linux
