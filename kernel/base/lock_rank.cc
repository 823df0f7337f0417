#include "base/lock_rank.h"

#include "base/check.h"

namespace jacinth {

void note_lock_acquired(LockRank rank) {
  HeldLocks& held = current_held_locks();
  ASSERT(held.count < HeldLocks::kMost);
  for (size_t i = 0; i < held.count; ++i) {
    if (held.ranks[i] >= rank)
      panic("lock order: rank {} taken while rank {} is held", rank, held.ranks[i]);
  }
  held.ranks[held.count++] = rank;
}

void note_lock_released(LockRank rank) {
  HeldLocks& held = current_held_locks();
  for (size_t i = held.count; i-- > 0;) {
    if (held.ranks[i] != rank) continue;
    for (size_t j = i + 1; j < held.count; ++j) held.ranks[j - 1] = held.ranks[j];
    --held.count;
    return;
  }
  panic("lock order: rank {} released but not held", rank);
}

}  // namespace jacinth
