// The tree of jobs, processes and threads below a job.
#pragma once

#include <zircon/types.h>

#include "lib/handle.h"

namespace user {

class TaskVisitor {
 public:
  // The handle is lent. `depth` is 0 for the job at the top. Return false to end the walk.
  virtual bool visit_job(zx_handle_t job, zx_koid_t koid, size_t depth) { return true; }
  virtual bool visit_process(zx_handle_t process, zx_koid_t koid, size_t depth) { return true; }

 protected:
  ~TaskVisitor() = default;
};

// Visits each job before its processes, these before its child jobs. What ends or comes meanwhile
// may be missed. False when a visitor has ended the walk.
bool walk_tasks(zx_handle_t top_job, TaskVisitor& visitor);

struct FoundTask {
  Handle handle;  // invalid when there is no job or process of that koid
  zx_obj_type_t type = ZX_OBJ_TYPE_NONE;
};
FoundTask find_task(zx_handle_t top_job, zx_koid_t koid);

}  // namespace user
