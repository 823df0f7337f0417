// Threads and processes from their creation to their end.
#include "lib/handle.h"
#include "lib/small_process.h"
#include "lib/startup.h"
#include "lib/thread.h"
#include "measure.h"

namespace table {
namespace {

void measure_thread() {
  measure("thread_create_join", 200, [] {
    user::Thread thread;
    require(user::Thread::start("t", [](void*) {}, nullptr, &thread), "thread");
    return thread.join();
  });
}

void measure_process() {
  if (!wanted("process_start_kill")) return;
  user::SmallProgram program;
  require(program.make(), "small program");
  measure("process_start_kill", 100, [&] {
    user::SmallProcess small;
    zx_status_t status = program.start(user::default_job(), &small);
    status |= zx_task_kill(small.process.get());
    return status | zx_object_wait_one(small.process.get(), ZX_PROCESS_TERMINATED, ZX_TIME_INFINITE,
                                       nullptr);
  });
}

}  // namespace

void measure_tasks() {
  measure_thread();
  measure_process();
}

}  // namespace table
