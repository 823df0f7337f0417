#include "leftovers.h"

#include <zircon/processargs.h>
#include <zircon/syscalls/object.h>

#include <numeric>

#include "lib/info.h"
#include "lib/startup.h"

namespace stress {
namespace {

// Page tables that this process's address space keeps on bare machines, for where it has mapped
// what it started. A leak of some bytes for each of the thousands of objects that have come and
// gone in a minute is more than this.
constexpr uint64_t kGrowth = 256 * 1024;

}  // namespace

Leftovers Leftovers::now() {
  const auto memory =
      user::get_info<zx_info_kmem_stats_t>(user::startup().handle(PA_RESOURCE), ZX_INFO_KMEM_STATS);
  const auto stats = user::get_info<zx_info_process_handle_stats_t>(user::self_process(),
                                                                    ZX_INFO_PROCESS_HANDLE_STATS);
  return {.heap_bytes = memory.total_heap_bytes - memory.free_heap_bytes,
          .vmo_bytes = memory.vmo_bytes,
          .page_table_bytes = memory.mmu_overhead_bytes,
          .handles = std::accumulate(std::begin(stats.handle_count), std::end(stats.handle_count),
                                     uint64_t{0})};
}

bool Leftovers::back_at(const Leftovers& before) const {
  return heap_bytes <= before.heap_bytes + kGrowth && vmo_bytes <= before.vmo_bytes + kGrowth &&
         page_table_bytes <= before.page_table_bytes + kGrowth && handles == before.handles;
}

}  // namespace stress
