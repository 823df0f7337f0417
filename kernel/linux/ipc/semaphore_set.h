// SemaphoreSet: System V's semaphores, changed several at once or not at all.
#pragma once

#include "base/intrusive.h"
#include "exec/waiter.h"
#include "linux/ipc/ipc_table.h"

namespace jacinth::linux {

class LinuxProcess;

// struct sembuf
struct SemaphoreOperation {
  uint16_t index;
  int16_t change;
  uint16_t flags;
};

class SemaphoreSet final : public IpcObject {
 public:
  static constexpr size_t kMostSemaphores = 32000;
  static constexpr int32_t kMostValue = 32767;
  static constexpr size_t kMostOperations = 500;
  static constexpr uint16_t kUndo = 0x1000;  // of SemaphoreOperation::flags

  static ErrnoOr<RefPtr<IpcObject>> make(size_t count);

  size_t size() const { return count_; }
  int64_t changed_at() const { return changed_at_; }
  int64_t operated_at() const { return operated_at_; }
  void note_change() { changed_at_ = ipc_now(); }

  // All operations in order, or none. AGAIN: some would have to wait. FBIG, RANGE, NOMEM, IDRM.
  ErrnoOr<> try_all(LinuxProcess& process, std::span<const SemaphoreOperation> operations);
  // The same, waiting. AGAIN: the deadline has passed; INTR.
  static exec::Task<ErrnoOr<>> do_all(RefPtr<SemaphoreSet> set, LinuxProcess& process,
                                      Vector<SemaphoreOperation> operations, Instant deadline);

  struct Value {
    int32_t value;
    int32_t pid;  // who changed it last
  };
  Value get(size_t index);
  ErrnoOr<> set(LinuxProcess& process, size_t index, int32_t value);  // RANGE
  ErrnoOr<> set_all(LinuxProcess& process, std::span<const uint16_t> values);
  // How many wait for it to grow, or to become 0.
  uint32_t waiting(size_t index, bool for_zero);
  // It has been removed: everyone who waits is told.
  void wake_everyone();
  // Takes back what the process has done with SEM_UNDO.
  void undo(int32_t process);

 private:
  template <typename T, typename... Args>
  friend Result<RefPtr<T>> jacinth::make_ref(Args&&...);
  struct Semaphore {
    int32_t value = 0;
    int32_t pid = 0;
  };
  struct Undo {
    int32_t process;
    uint16_t index;
    int32_t change;
  };
  struct Sleeper {
    exec::Waiter waiter;
    uint16_t index = 0;  // of the semaphore in the way
    bool for_zero = false;
    ListHook link;
  };

  SemaphoreSet(Vector<Semaphore> semaphores)
      : count_(semaphores.size()), changed_at_(ipc_now()), semaphores_(std::move(semaphores)) {}
  ~SemaphoreSet() override = default;

  ErrnoOr<> try_locked(LinuxProcess& process, std::span<const SemaphoreOperation> operations,
                       Sleeper* blocked) REQUIRES(lock_);
  ErrnoOr<> remember(int32_t process, uint16_t index, int32_t change) REQUIRES(lock_);
  void wake() REQUIRES(lock_);

  const size_t count_;
  std::atomic<int64_t> changed_at_;
  std::atomic<int64_t> operated_at_{0};
  SpinLock lock_{LockRank::Object};
  Vector<Semaphore> semaphores_ GUARDED_BY(lock_);
  Vector<Undo> undos_ GUARDED_BY(lock_);
  IntrusiveList<Sleeper, &Sleeper::link> sleepers_ GUARDED_BY(lock_);
};

// A process has ended.
void undo_semaphores(int32_t process);

}  // namespace jacinth::linux
