// mem: what the machine's memory is used for.
#include "lib/info.h"
#include "lib/io.h"
#include "lib/system_handles.h"

int main(int, char**) {
  zx_info_kmem_stats_t memory{};
  const zx_status_t status = zx_object_get_info(user::root_resource(), ZX_INFO_KMEM_STATS, &memory,
                                                sizeof(memory), nullptr, nullptr);
  if (status != ZX_OK) {
    user::print_error("mem: {}\n", zx_status_get_string(status));
    return 1;
  }
  const auto line = [](std::string_view what, uint64_t bytes) {
    user::print("{:<14} {:10} KiB\n", what, bytes >> 10);
  };
  line("total", memory.total_bytes);
  line("free", memory.free_bytes);
  line("wired", memory.wired_bytes);
  line("kernel heap", memory.total_heap_bytes);
  line("vmos", memory.vmo_bytes);
  line("page tables", memory.mmu_overhead_bytes);
  line("messages", memory.ipc_bytes);
  line("other", memory.other_bytes);
  return 0;
}
