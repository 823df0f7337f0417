#include "base/spinlock.h"

namespace jacinth {

void SpinLock::wait() {
  const auto caller = reinterpret_cast<uintptr_t>(__builtin_return_address(0));
  unsigned rounds = 0;
  do {
    do {
      spin_relax(rounds++, caller);
    } while (locked_.load(std::memory_order_relaxed) != kFree);
  } while (locked_.exchange(kLocked, std::memory_order_acquire) != kFree);
}

}  // namespace jacinth
