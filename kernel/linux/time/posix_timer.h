// The timers that a process makes with timer_create().
#pragma once

#include "base/errno.h"
#include "base/ref_ptr.h"
#include "base/vector.h"
#include "linux/time/clock_timer.h"
#include "object/task/thread.h"

namespace jacinth::linux {

class LinuxProcess;

class PosixTimer final : public RefCounted, public ClockTimer {
 public:
  // What happens when it goes off.
  struct Notice {
    int32_t signal = 0;  // 0: nothing
    int32_t thread = 0;  // to this thread alone; 0: to the process
    uint64_t value = 0;
  };
  // `thread`: whose CPU time is counted; none: the process's. Sent signals carry `id`.
  PosixTimer(LinuxProcess& process, int32_t id, int32_t clock, RefPtr<Thread> thread,
             const Notice& notice)
      : process_(process), id_(id), clock_(clock), thread_(std::move(thread)), notice_(notice) {}

  int32_t id() const { return id_; }
  int32_t clock() const { return clock_; }
  // How often it had gone off again before the last signal was taken.
  int32_t overruns() const { return overruns_.load(std::memory_order_relaxed); }

 private:
  ~PosixTimer() override = default;
  Duration reading() override;
  int64_t speed() override;
  bool counts_cpu_time() const override;
  void expired(uint64_t times) override;

  LinuxProcess& process_;
  const int32_t id_;
  const int32_t clock_;
  const RefPtr<Thread> thread_;
  const Notice notice_;
  std::atomic<int32_t> overruns_{0};
};

// One process's.
class PosixTimers {
 public:
  static constexpr size_t kMost = 4096;

  // AGAIN: too many; NOMEM.
  ErrnoOr<int32_t> add(LinuxProcess& process, int32_t clock, RefPtr<Thread> thread,
                       PosixTimer::Notice notice, bool value_is_id);
  // INVAL: there is none of that number.
  ErrnoOr<RefPtr<PosixTimer>> find(int32_t id);
  ErrnoOr<> remove(int32_t id);
  size_t count();
  // In execve and at the end. No lock held.
  void remove_all();

 private:
  ErrnoOr<size_t> index_of(int32_t id) REQUIRES(lock_);

  SpinLock lock_{LockRank::LinuxPart};
  Vector<RefPtr<PosixTimer>> timers_ GUARDED_BY(lock_);
  int32_t next_id_ GUARDED_BY(lock_) = 0;
};

}  // namespace jacinth::linux
