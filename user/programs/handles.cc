// handles KOID: the handles that a process has.
#include <array>

#include "lib/info.h"
#include "lib/io.h"
#include "lib/numbers.h"
#include "lib/system_handles.h"
#include "lib/task_tree.h"

namespace {

constexpr size_t kRightCount = 20;

// A letter for each right that is there, a dash for each that is not.
std::string_view rights_text(zx_rights_t rights, std::span<char, kRightCount> text) {
  // duplicate, transfer, read, write, execute, map, get/set property, enumerate, destroy, set/get
  // policy, signal, signal peer, wait, inspect, manage job/process/thread, apply profile
  constexpr std::string_view kLetters = "dtrwxmgsekpPnNiIJCTA";
  static_assert(kLetters.size() == kRightCount);
  for (size_t i = 0; i < kRightCount; ++i) text[i] = (rights >> i & 1) != 0 ? kLetters[i] : '-';
  return {text.data(), text.size()};
}

}  // namespace

int main(int argc, char** argv) {
  const auto koid = argc == 2 ? user::parse_number(argv[1]) : std::nullopt;
  if (!koid) {
    user::print_error("usage: handles KOID\n");
    return 2;
  }
  const user::FoundTask task = user::find_task(user::root_job(), *koid);
  if (task.type != ZX_OBJ_TYPE_PROCESS) {
    user::print_error("handles: {}: no such process\n", *koid);
    return 1;
  }
  std::vector<zx_info_handle_extended_t> handles;
  const zx_status_t status = user::get_list(task.handle.get(), ZX_INFO_HANDLE_TABLE, &handles);
  if (status != ZX_OK) {
    user::print_error("handles: {}\n", zx_status_get_string(status));
    return 1;
  }
  user::print("{:10}  {:<15} {:8} {:8}  {}\n", "HANDLE", "TYPE", "KOID", "RELATED", "RIGHTS");
  for (const zx_info_handle_extended_t& handle : handles) {
    std::array<char, kRightCount> text;
    user::print("0x{:08x}  {:<15} {:8} {:8}  {}\n", handle.handle_value,
                user::type_name(handle.type), handle.koid, handle.related_koid,
                rights_text(handle.rights, text));
  }
  user::print("{} handles\n", handles.size());
  return 0;
}
