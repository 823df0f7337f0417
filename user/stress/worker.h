// One process of the mix: threads that run episodes until they have had enough, or are killed.
#pragma once

#include <zircon/types.h>

#include <atomic>
#include <cstdint>

#include "lib/handle.h"
#include "lib/mutex.h"
#include "lib/small_process.h"

namespace stress {

// How often each kind of episode has ended well, in memory that all workers share.
struct Statistics {
  static constexpr size_t kKinds = 32;
  std::atomic<uint64_t> episodes[kKinds];
};

// What a worker's threads share.
struct Worker {
  zx_handle_t control = ZX_HANDLE_INVALID;  // lent: the channel to the supervisor
  Statistics* statistics = nullptr;
  user::SmallProgram small;

  // Counted in two ways, once under a mutex and not atomically.
  user::Mutex counter_lock;
  uint64_t counter = 0;
  std::atomic<uint64_t> counted = 0;

  // A channel to another worker, which may be gone; see episodes/partner.cc.
  user::Mutex partner_lock;
  user::Handle partner;
};

// The handles that a worker is given, beside its program's.
inline constexpr uint32_t kControlArgument = 0;  // PA_USER0
inline constexpr uint32_t kSharedArgument = 0;   // PA_USER1: a VMO with Statistics

// Maps the statistics. Null when that fails.
Statistics* map_statistics(zx_handle_t vmo);

// The program's other role: runs episodes chosen by `seed`. The exit code.
int run_worker(uint64_t seed);

}  // namespace stress
