// Threads and processes from their creation to their end.
#include "lib/handle.h"
#include "lib/spawn.h"
#include "lib/startup.h"
#include "lib/thread.h"
#include "measure.h"

namespace table {
namespace {

constexpr size_t kPage = 4096;

void measure_thread() {
  measure("thread_create_join", 200, [] {
    user::Thread thread;
    require(user::Thread::start("t", [](void*) {}, nullptr, &thread), "thread");
    return thread.join();
  });
}

[[noreturn]] void spin() {
  for (;;) asm volatile("");
}

// What all the small processes share: a page of code that loops for ever, and the vDSO.
struct SmallProgram {
  static constexpr size_t kCodeBytes = 64;  // more than `spin` has

  user::Handle code;
  user::FileView vdso;
  user::Handle argument;

  SmallProgram() {
    user::Handle vmo;
    require(zx_vmo_create(kPage, 0, vmo.out()), "code");
    require(zx_vmo_write(vmo.get(), reinterpret_cast<const void*>(&spin), 0, kCodeBytes), "code");
    require(zx_vmo_replace_as_executable(vmo.release(), ZX_HANDLE_INVALID, code.out()),
            "executable");
    require(zx_event_create(0, argument.out()), "event");
    map_vdso();
  }

 private:
  void map_vdso() {
    const zx_handle_t vmo = user::startup().handle(PA_VMO_VDSO);
    uint64_t size = 0;
    zx_vaddr_t at = 0;
    require(zx_vmo_get_size(vmo, &size), "vdso");
    require(zx_vmar_map(user::root_vmar(), ZX_VM_PERM_READ, 0, vmo, 0, size, &at), "map vdso");
    vdso = {.vmo = vmo, .offset = 0, .bytes = {reinterpret_cast<const std::byte*>(at), size}};
  }
};

// A process with code, vDSO, a stack and one thread; started and killed.
zx_status_t start_and_kill(const SmallProgram& program) {
  constexpr size_t kStack = 4 * kPage;
  user::Handle process, vmar, thread, stack;
  zx_vaddr_t entry = 0, base = 0;
  require(zx_process_create(user::default_job(), "small", 5, 0, process.out(), vmar.out()),
          "process");
  user::LoadedImage vdso;
  require(user::load_image(vmar.get(), program.vdso, &vdso), "load vdso");
  require(zx_vmar_map(vmar.get(), ZX_VM_PERM_READ | ZX_VM_PERM_EXECUTE, 0, program.code.get(), 0,
                      kPage, &entry),
          "map code");
  require(zx_vmo_create(kStack, 0, stack.out()), "stack");
  require(
      zx_vmar_map(vmar.get(), ZX_VM_PERM_READ | ZX_VM_PERM_WRITE, 0, stack.get(), 0, kStack, &base),
      "map stack");
  require(zx_thread_create(process.get(), "small", 5, 0, thread.out()), "thread");
  require(zx_process_start(process.get(), thread.get(), entry, base + kStack - 16,
                           program.argument.duplicate().release(), vdso.base),
          "start");
  require(zx_task_kill(process.get()), "kill");
  return zx_object_wait_one(process.get(), ZX_PROCESS_TERMINATED, ZX_TIME_INFINITE, nullptr);
}

void measure_process() {
  if (!wanted("process_start_kill")) return;
  const SmallProgram program;
  measure("process_start_kill", 100, [&] { return start_and_kill(program); });
}

}  // namespace

void measure_tasks() {
  measure_thread();
  measure_process();
}

}  // namespace table
