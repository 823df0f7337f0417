#include "lib/task_tree.h"

#include <zircon/syscalls.h>

#include "lib/info.h"

namespace user {
namespace {

Handle open_child(zx_handle_t job, zx_koid_t koid) {
  Handle child;
  zx_object_get_child(job, koid, ZX_RIGHT_SAME_RIGHTS, child.out());
  return child;
}

bool walk(zx_handle_t job, zx_koid_t koid, size_t depth, TaskVisitor& visitor) {
  if (!visitor.visit_job(job, koid, depth)) return false;
  std::vector<zx_koid_t> koids;
  if (get_list(job, ZX_INFO_JOB_PROCESSES, &koids) != ZX_OK) return true;
  for (const zx_koid_t process : koids) {
    const Handle handle = open_child(job, process);
    if (handle && !visitor.visit_process(handle.get(), process, depth + 1)) return false;
  }
  if (get_list(job, ZX_INFO_JOB_CHILDREN, &koids) != ZX_OK) return true;
  for (const zx_koid_t child : koids) {
    const Handle handle = open_child(job, child);
    if (handle && !walk(handle.get(), child, depth + 1, visitor)) return false;
  }
  return true;
}

class Finder final : public TaskVisitor {
 public:
  explicit Finder(zx_koid_t koid) : koid_(koid) {}
  bool visit_job(zx_handle_t job, zx_koid_t koid, size_t) override {
    return check(job, koid, ZX_OBJ_TYPE_JOB);
  }
  bool visit_process(zx_handle_t process, zx_koid_t koid, size_t) override {
    return check(process, koid, ZX_OBJ_TYPE_PROCESS);
  }
  FoundTask take() { return static_cast<FoundTask&&>(found_); }

 private:
  bool check(zx_handle_t task, zx_koid_t koid, zx_obj_type_t type) {
    if (koid != koid_) return true;
    zx_handle_duplicate(task, ZX_RIGHT_SAME_RIGHTS, found_.handle.out());
    found_.type = type;
    return false;
  }

  const zx_koid_t koid_;
  FoundTask found_;
};

}  // namespace

bool walk_tasks(zx_handle_t top_job, TaskVisitor& visitor) {
  const auto basic = get_info<zx_info_handle_basic_t>(top_job, ZX_INFO_HANDLE_BASIC);
  return walk(top_job, basic.koid, 0, visitor);
}

FoundTask find_task(zx_handle_t top_job, zx_koid_t koid) {
  Finder finder(koid);
  walk_tasks(top_job, finder);
  return finder.take();
}

}  // namespace user
