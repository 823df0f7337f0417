// Two threads that take turns.
#pragma once

#include <zircon/syscalls.h>
#include <zircon/types.h>

#include <atomic>

namespace user {

// A word that says whose turn it is; each waits until it has its own value.
class FutexTurns {
 public:
  // Given to both at the end.
  static constexpr int kOver = 2;

  void give(int to) {
    turn_.store(to);
    zx_futex_wake(word(), 1);
  }
  // False when there are no more turns.
  bool await(int mine) {
    for (;;) {
      const int seen = turn_.load();
      if (seen == mine || seen == kOver) return seen == mine;
      zx_futex_wait(word(), seen, ZX_HANDLE_INVALID, ZX_TIME_INFINITE);
    }
  }

 private:
  const zx_futex_t* word() { return reinterpret_cast<const zx_futex_t*>(&turn_); }

  std::atomic<int> turn_{0};
};

}  // namespace user
