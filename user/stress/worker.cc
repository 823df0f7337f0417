#include "worker.h"

#include <zircon/processargs.h>
#include <zircon/syscalls.h>
#include <zircon/syscalls/object.h>

#include <numeric>

#include "check.h"
#include "episodes.h"
#include "lib/info.h"
#include "lib/startup.h"
#include "lib/thread.h"
#include "random.h"

namespace stress {
namespace {

constexpr size_t kThreads = 3;
constexpr uint64_t kFewestRounds = 10;
constexpr uint64_t kMostRounds = 200;

struct Share {
  Worker* worker;
  uint64_t seed;
  uint64_t rounds;
};

void run_episodes(void* argument) {
  const auto& share = *static_cast<const Share*>(argument);
  Random random(share.seed);
  for (uint64_t round = 0; round < share.rounds; ++round) {
    const size_t kind = random.below(episodes().size());
    episodes()[kind].run(*share.worker, random);
    share.worker->statistics->episodes[kind].fetch_add(1, std::memory_order_relaxed);
  }
}

uint32_t handle_count() {
  const auto stats = user::get_info<zx_info_process_handle_stats_t>(user::self_process(),
                                                                    ZX_INFO_PROCESS_HANDLE_STATS);
  return std::accumulate(std::begin(stats.handle_count), std::end(stats.handle_count), 0u);
}

}  // namespace

Statistics* map_statistics(zx_handle_t vmo) {
  zx_vaddr_t at = 0;
  if (zx_vmar_map(user::root_vmar(), ZX_VM_PERM_READ | ZX_VM_PERM_WRITE, 0, vmo, 0,
                  sizeof(Statistics), &at) != ZX_OK)
    return nullptr;
  return reinterpret_cast<Statistics*>(at);
}

int run_worker(uint64_t seed) {
  static Worker worker;
  worker.control = user::startup().handle(PA_USER0, kControlArgument);
  report_failures_to(worker.control);
  worker.statistics = map_statistics(user::startup().handle(PA_USER1, kSharedArgument));
  check(worker.statistics != nullptr, "statistics");
  expect_ok(worker.small.make(), "small program");

  Random random(seed);
  const uint32_t handles = handle_count();
  {
    user::Thread threads[kThreads];
    Share shares[kThreads];
    for (size_t i = 0; i < kThreads; ++i) {
      shares[i] = {&worker, random.next(), kFewestRounds + random.below(kMostRounds)};
      expect_ok(user::Thread::start("episodes", run_episodes, &shares[i], &threads[i]), "thread");
    }
    for (const user::Thread& thread : threads) expect_ok(thread.join(), "join");
  }
  worker.partner.reset();
  check(worker.counter == worker.counted.load(), "the counter under the mutex lost an addition");
  check(handle_count() == handles, "episodes left handles behind");
  return 0;
}

}  // namespace stress
