// Threads and processes from their creation to their end.
#include "lib/boot_files.h"
#include "lib/handle.h"
#include "lib/spawn.h"
#include "lib/startup.h"
#include "lib/thread.h"
#include "measure.h"

namespace bench {
namespace {

void await_end(zx_handle_t task) {
  zx_object_wait_one(task, ZX_TASK_TERMINATED, ZX_TIME_INFINITE, nullptr);
}

// A thread on a stack that is there already, as C libraries keep theirs for the next thread.
void measure_thread() {
  alignas(16) static char stack[16384];
  const auto top = reinterpret_cast<zx_vaddr_t>(stack + sizeof(stack));
  measure("thread_create_exit", 5'000, [&] {
    user::Handle thread;
    require(zx_thread_create(user::self_process(), "t", 1, 0, thread.out()), "thread");
    // The first function of the thread is the one that ends it.
    const auto entry = reinterpret_cast<zx_vaddr_t>(&zx_thread_exit);
    require(zx_thread_start(thread.get(), entry, top, 0, 0), "start");
    await_end(thread.get());
  });
  measure("thread_with_stack", 2'000, [] {
    user::Thread thread;
    require(user::Thread::start("t", [](void*) {}, nullptr, &thread), "thread with stack");
    thread.join();
  });
}

void measure_process() {
  const auto files = user::BootFiles::open_given();
  if (!files) require(ZX_ERR_NOT_FOUND, "boot files");
  constexpr std::string_view kPath = "bin/true";
  measure("process_start_exit", 100, [&] {
    user::Program program;
    program.name = "true";
    require(user::find_program(*files, kPath, &program), "find program");
    program.arguments = {&kPath, 1};
    program.job = user::default_job();
    program.vdso = user::startup().handle(PA_VMO_VDSO);
    user::Handle process;
    require(user::spawn(program, &process), "process");
    await_end(process.get());
  });
}

}  // namespace

void measure_tasks() {
  measure_thread();
  measure_process();
}

}  // namespace bench
