// Spinlocks, and data that can only be reached through one.
//
// The kernel is never preempted, and takes interrupts only in user mode and while idle, so a lock
// needs no interrupt masking. No lock may be held across a co_await, or while user memory is
// copied.
#pragma once

#include <atomic>
#include <cstdint>
#include <type_traits>
#include <utility>

#include "base/check.h"
#include "base/lock_rank.h"
#include "base/thread_safety.h"

namespace jacinth {

class CAPABILITY("mutex") SpinLock {
 public:
  constexpr explicit SpinLock(LockRank rank) : rank_(rank) {}
  SpinLock(const SpinLock&) = delete;
  SpinLock& operator=(const SpinLock&) = delete;

  void lock() ACQUIRE() {
    interleave_point();
    if constexpr (kChecksEnabled) note_lock_acquired(rank_);
    if (locked_.exchange(kLocked, std::memory_order_acquire) != kFree) [[unlikely]]
      wait();
  }
  void unlock() RELEASE() {
    // Once it is unlocked, whoever gets it next may destroy it.
    [[maybe_unused]] const auto rank = rank_;
    locked_.store(kFree, std::memory_order_release);
    if constexpr (kChecksEnabled) note_lock_released(rank);
    interleave_point();
  }
  [[nodiscard]] bool try_lock() TRY_ACQUIRE(true) {
    interleave_point();
    if (locked_.exchange(kLocked, std::memory_order_acquire) != kFree) return false;
    if constexpr (kChecksEnabled) note_lock_acquired(rank_);
    return true;
  }
  // For code that is only reached with the lock held, where the analysis cannot see it.
  void assert_held() const ASSERT_HELD() {
    DEBUG_ASSERT(locked_.load(std::memory_order_relaxed) == kLocked);
  }

 private:
  static constexpr uint32_t kFree = 0, kLocked = 1;
  struct NoRank {
    constexpr explicit NoRank(LockRank) {}
    constexpr operator LockRank() const { return {}; }
  };

  // Until it is locked for this CPU, which has found it locked.
  [[gnu::noinline, gnu::cold]] void wait();

  // A word, as RISC-V has no instruction that exchanges less.
  std::atomic<uint32_t> locked_{kFree};
  [[no_unique_address]] const std::conditional_t<kChecksEnabled, LockRank, NoRank> rank_;
};

class SCOPED_CAPABILITY LockGuard {
 public:
  explicit LockGuard(SpinLock& lock) ACQUIRE(lock) : lock_(lock) { lock_.lock(); }
  ~LockGuard() RELEASE() { lock_.unlock(); }
  LockGuard(const LockGuard&) = delete;
  LockGuard& operator=(const LockGuard&) = delete;

 private:
  SpinLock& lock_;
};

// A T that can only be reached with its lock held:
//
//     Guarded<Queue, LockRank::Port> queue_;
//     queue_.with([&](Queue& queue) { … });      or      auto queue = queue_.lock(); queue->…
template <typename T, LockRank kRank>
class Guarded {
 public:
  class Access {
   public:
    explicit Access(Guarded& owner) NO_THREAD_SAFETY_ANALYSIS : owner_(owner) {
      owner_.lock_.lock();
    }
    ~Access() NO_THREAD_SAFETY_ANALYSIS { owner_.lock_.unlock(); }
    Access(const Access&) = delete;
    Access& operator=(const Access&) = delete;
    T* operator->() { return &owner_.value_; }
    T& operator*() { return owner_.value_; }

   private:
    Guarded& owner_;
  };

  constexpr Guarded() = default;
  template <typename... Args>
  constexpr explicit Guarded(std::in_place_t, Args&&... args)
      : value_(std::forward<Args>(args)...) {}

  [[nodiscard]] Access lock() { return Access(*this); }
  template <typename F>
  decltype(auto) with(F&& body) {
    Access access(*this);
    return std::forward<F>(body)(*access);
  }

 private:
  SpinLock lock_{kRank};
  T value_{};
};

}  // namespace jacinth
