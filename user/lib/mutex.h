// Mutual exclusion between a program's threads, waiting in the kernel only when it must.
#pragma once

#include <zircon/syscalls.h>

#include <atomic>

namespace user {

// Not recursive. For std::lock_guard's kind of use, and for constinit objects.
class Mutex {
 public:
  constexpr Mutex() = default;
  Mutex(const Mutex&) = delete;
  Mutex& operator=(const Mutex&) = delete;

  void lock() {
    int expected = kFree;
    if (state_.compare_exchange_strong(expected, kTaken, std::memory_order_acquire)) return;
    // Whoever has waited once must assume that others do: it takes the mutex as contended.
    while (state_.exchange(kContended, std::memory_order_acquire) != kFree)
      zx_futex_wait(word(), kContended, ZX_HANDLE_INVALID, ZX_TIME_INFINITE);
  }
  void unlock() {
    if (state_.exchange(kFree, std::memory_order_release) == kContended) zx_futex_wake(word(), 1);
  }

 private:
  static constexpr int kFree = 0, kTaken = 1, kContended = 2;
  const zx_futex_t* word() { return reinterpret_cast<const zx_futex_t*>(&state_); }
  std::atomic<int> state_{kFree};
};

class MutexGuard {
 public:
  explicit MutexGuard(Mutex& mutex) : mutex_(mutex) { mutex_.lock(); }
  ~MutexGuard() { mutex_.unlock(); }
  MutexGuard(const MutexGuard&) = delete;
  MutexGuard& operator=(const MutexGuard&) = delete;

 private:
  Mutex& mutex_;
};

}  // namespace user
