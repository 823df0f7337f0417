// vmaps KOID: a process's address space: regions, and what is mapped in them.
#include <algorithm>

#include "lib/info.h"
#include "lib/io.h"
#include "lib/numbers.h"
#include "lib/system_handles.h"
#include "lib/task_tree.h"

namespace {

void print_region(const zx_info_maps_t& region) {
  constexpr std::string_view kIndent = "                ";
  user::print("{}", kIndent.substr(0, std::min(2 * region.depth, kIndent.size())));
  const std::string_view name(region.name);
  if (region.type != ZX_INFO_MAPS_TYPE_MAPPING) {
    user::print("0x{:012x}-0x{:012x}      {:9}K {}\n", region.base, region.base + region.size,
                region.size >> 10, name);
    return;
  }
  const zx_info_maps_mapping_t& mapping = region.u.mapping;
  const auto flag = [&](uint32_t bit, char letter) {
    return (mapping.mmu_flags & bit) != 0 ? letter : '-';
  };
  user::print("0x{:012x}-0x{:012x} {}{}{}  {:9}K {:6} pages  {}@0x{:x} {}\n", region.base,
              region.base + region.size, flag(ZX_VM_PERM_READ, 'r'), flag(ZX_VM_PERM_WRITE, 'w'),
              flag(ZX_VM_PERM_EXECUTE, 'x'), region.size >> 10, mapping.committed_pages,
              mapping.vmo_koid, mapping.vmo_offset, name);
}

}  // namespace

int main(int argc, char** argv) {
  const auto koid = argc == 2 ? user::parse_number(argv[1]) : std::nullopt;
  if (!koid) {
    user::print_error("usage: vmaps KOID\n");
    return 2;
  }
  const user::FoundTask task = user::find_task(user::root_job(), *koid);
  if (task.type != ZX_OBJ_TYPE_PROCESS) {
    user::print_error("vmaps: {}: no such process\n", *koid);
    return 1;
  }
  std::vector<zx_info_maps_t> regions;
  const zx_status_t status = user::get_list(task.handle.get(), ZX_INFO_PROCESS_MAPS, &regions);
  if (status != ZX_OK) {
    user::print_error("vmaps: {}\n", zx_status_get_string(status));
    return 1;
  }
  for (const zx_info_maps_t& region : regions) print_region(region);
  return 0;
}
