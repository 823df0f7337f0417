// kill KOID…: ends processes, and jobs with all that is in them.
#include "lib/io.h"
#include "lib/numbers.h"
#include "lib/system_handles.h"
#include "lib/task_tree.h"

int main(int argc, char** argv) {
  if (argc < 2) {
    user::print_error("usage: kill KOID...\n");
    return 2;
  }
  int status = 0;
  for (int i = 1; i < argc; ++i) {
    const auto koid = user::parse_number(argv[i]);
    const user::FoundTask task =
        koid ? user::find_task(user::root_job(), *koid) : user::FoundTask{};
    if (!task.handle) {
      user::print_error("kill: {}: no such job or process\n", argv[i]);
      status = 1;
      continue;
    }
    const zx_status_t killed = zx_task_kill(task.handle.get());
    if (killed == ZX_OK) continue;
    user::print_error("kill: {}: {}\n", argv[i], zx_status_get_string(killed));
    status = 1;
  }
  return status;
}
