// Threads and processes that are killed wherever they are, and handles.
#include <zircon/syscalls.h>
#include <zircon/syscalls/exception.h>
#include <zircon/syscalls/ipc.h>
#include <zircon/syscalls/object.h>
#include <zircon/syscalls/port.h>

#include "check.h"
#include "episodes.h"
#include "lib/handle.h"
#include "lib/info.h"
#include "lib/startup.h"

namespace stress {
namespace {

constexpr size_t kPage = 4096;

// Yields or sleeps for a while, or does neither.
void pause(Random& random) {
  const uint64_t microseconds = random.below(4) * random.below(50);
  if (microseconds == 0) return;
  zx_nanosleep(zx_deadline_after(static_cast<zx_duration_t>(ZX_USEC(microseconds))));
}

// What a thread that is to be killed uses. It is its killer's: the thread keeps nothing that would
// be lost with it, neither handles nor locks.
struct Scene {
  static constexpr size_t kStack = 4 * kPage;
  static constexpr size_t kRoom = 32 * kPage;  // guard, stack, and where it maps things
  user::Handle region, event, port, channel, channel_end, vmo, stack;
  zx_vaddr_t base = 0;
  zx_futex_t word = 0;
  uint64_t seed;

  explicit Scene(uint64_t chosen) : seed(chosen) {
    expect_ok(zx_event_create(0, event.out()), "event");
    expect_ok(zx_port_create(0, port.out()), "port");
    expect_ok(zx_channel_create(0, channel.out(), channel_end.out()), "channel");
    expect_ok(zx_vmo_create(4 * kPage, 0, vmo.out()), "vmo");
    expect_ok(zx_vmo_create(kStack, 0, stack.out()), "stack");
    expect_ok(zx_vmar_allocate(user::root_vmar(),
                               ZX_VM_CAN_MAP_READ | ZX_VM_CAN_MAP_WRITE | ZX_VM_CAN_MAP_SPECIFIC, 0,
                               kRoom, region.out(), &base),
              "region");
    zx_vaddr_t at = 0;
    expect_ok(zx_vmar_map(region.get(), ZX_VM_PERM_READ | ZX_VM_PERM_WRITE | ZX_VM_SPECIFIC, kPage,
                          stack.get(), 0, kStack, &at),
              "stack");
  }
  ~Scene() { expect_ok(zx_vmar_destroy(region.get()), "destroying a killed thread's memory"); }
  Scene(const Scene&) = delete;
  Scene& operator=(const Scene&) = delete;
  // Where the stack pointer is after a call instruction on x86-64; RISC-V needs no less.
  zx_vaddr_t stack_top() const { return base + kPage + kStack - 8; }
};

void map_and_touch(const Scene& scene) {
  zx_vaddr_t at = 0;
  if (zx_vmar_map(scene.region.get(), ZX_VM_PERM_READ | ZX_VM_PERM_WRITE, 0, scene.vmo.get(), 0,
                  4 * kPage, &at) != ZX_OK)
    return;
  for (size_t i = 0; i < 4; ++i) *reinterpret_cast<volatile char*>(at + i * kPage) = 1;
  zx_vmar_unmap(scene.region.get(), at, 4 * kPage);
}

void ask_nobody(const Scene& scene, zx_time_t deadline) {
  uint64_t request = 0, reply = 0;
  const zx_channel_call_args_t call{.wr_bytes = &request,
                                    .wr_handles = nullptr,
                                    .rd_bytes = &reply,
                                    .rd_handles = nullptr,
                                    .wr_num_bytes = sizeof(request),
                                    .wr_num_handles = 0,
                                    .rd_num_bytes = sizeof(reply),
                                    .rd_num_handles = 0};
  uint32_t bytes = 0, handles = 0;
  zx_channel_call(scene.channel.get(), 0, deadline, &call, &bytes, &handles);
  zx_channel_read(scene.channel_end.get(), 0, &request, nullptr, sizeof(request), 0, &bytes,
                  nullptr);
}

// Makes calls until it is killed.
[[noreturn]] void live(const Scene* scene) {
  Random random(scene->seed);
  for (;;) {
    const zx_time_t soon =
        random.chance(20) ? ZX_TIME_INFINITE
                          : zx_deadline_after(static_cast<zx_duration_t>(random.below(100'000)));
    zx_port_packet_t packet{};
    switch (random.below(7)) {
      case 0:
        zx_nanosleep(soon);
        break;
      case 1:
        zx_object_wait_one(scene->event.get(), ZX_EVENT_SIGNALED, soon, nullptr);
        break;
      case 2:
        zx_port_wait(scene->port.get(), soon, &packet);
        break;
      case 3:
        zx_object_wait_async(scene->event.get(), scene->port.get(), 1, ZX_EVENT_SIGNALED, 0);
        zx_port_cancel(scene->port.get(), scene->event.get(), 1);
        break;
      case 4:
        map_and_touch(*scene);
        break;
      case 5:
        zx_futex_wait(&scene->word, 0, ZX_HANDLE_INVALID, soon);
        break;
      default:
        ask_nobody(*scene, soon);
        break;
    }
  }
}

void await_end(zx_handle_t task) {
  expect_ok(zx_object_wait_one(task, ZX_TASK_TERMINATED, ZX_TIME_INFINITE, nullptr),
            "the end of a killed task");
}

// False when this worker's own job is being killed, which takes no process any more.
bool start_small(const Worker& worker, user::SmallProcess& small) {
  return expect(worker.small.start(user::default_job(), &small), ZX_ERR_BAD_STATE, "small process");
}

void kill_and_check(const user::SmallProcess& small) {
  expect_ok(zx_task_kill(small.process.get()), "killing a process");
  await_end(small.process.get());
  const auto info = user::get_info<zx_info_process_t>(small.process.get(), ZX_INFO_PROCESS);
  check(info.return_code == ZX_TASK_RETCODE_SYSCALL_KILL, "a killed process's return code");
}

}  // namespace

void kill_threads(Worker&, Random& random) {
  const Scene scene(random.next());
  user::Handle thread, token;
  expect_ok(zx_thread_create(user::self_process(), "victim", 6, 0, thread.out()), "thread");
  expect_ok(zx_thread_start(thread.get(), reinterpret_cast<zx_vaddr_t>(&live), scene.stack_top(),
                            reinterpret_cast<uint64_t>(&scene), 0),
            "thread_start");
  pause(random);
  if (random.chance(30)) {
    expect_ok(zx_task_suspend(thread.get(), token.out()), "suspending a thread");
    pause(random);
    if (random.chance(50)) token.reset();
  }
  expect_ok(zx_task_kill(thread.get()), "killing a thread");
  await_end(thread.get());
}

void kill_processes(Worker& worker, Random& random) {
  user::SmallProcess small;
  user::Handle token;
  if (!start_small(worker, small)) return;
  pause(random);
  if (random.chance(30)) {
    expect_ok(zx_task_suspend(small.process.get(), token.out()), "suspending a process");
    pause(random);
    if (random.chance(50)) token.reset();
  }
  kill_and_check(small);
}

// A process whose code is unmapped under it: its thread ends up in an exception, which is resolved
// by mapping the code again, or left open while the process is killed.
void break_processes(Worker& worker, Random& random) {
  user::SmallProcess small;
  user::Handle channel, exception;
  if (!start_small(worker, small)) return;
  expect_ok(zx_task_create_exception_channel(small.process.get(), 0, channel.out()),
            "exception channel");
  zx_info_vmar_t vmar{};
  expect_ok(
      zx_object_get_info(small.vmar.get(), ZX_INFO_VMAR, &vmar, sizeof(vmar), nullptr, nullptr),
      "a VMAR's info");
  for (uint64_t left = 1 + random.below(4); left != 0; --left) {
    pause(random);
    expect_ok(zx_vmar_unmap(small.vmar.get(), small.entry, user::SmallProcess::kCodeBytes),
              "unmapping code");
    expect_ok(zx_object_wait_one(channel.get(), ZX_CHANNEL_READABLE, ZX_TIME_INFINITE, nullptr),
              "waiting for an exception");
    zx_exception_info_t info{};
    expect_ok(zx_channel_read(channel.get(), 0, &info, exception.out(), sizeof(info), 1, nullptr,
                              nullptr),
              "reading an exception");
    check(info.type == ZX_EXCP_FATAL_PAGE_FAULT, "an exception's type");
    if (random.chance(30)) break;
    zx_vaddr_t at = 0;
    expect_ok(zx_vmar_map(small.vmar.get(), ZX_VM_PERM_READ | ZX_VM_PERM_EXECUTE | ZX_VM_SPECIFIC,
                          small.entry - vmar.base, worker.small.code(), 0,
                          user::SmallProcess::kCodeBytes, &at),
              "mapping code again");
    const uint32_t handled = ZX_EXCEPTION_STATE_HANDLED;
    expect_ok(
        zx_object_set_property(exception.get(), ZX_PROP_EXCEPTION_STATE, &handled, sizeof(handled)),
        "handling an exception");
    exception.reset();
  }
  kill_and_check(small);
}

// Handles to one of two events, told apart by their rights.
void shuffle_handles(Worker&, Random& random) {
  constexpr size_t kSlots = 40;
  constexpr zx_rights_t kFew = ZX_RIGHT_DUPLICATE | ZX_RIGHT_WAIT | ZX_RIGHT_INSPECT;
  user::Handle event;
  expect_ok(zx_event_create(0, event.out()), "event");
  const auto all = user::get_info<zx_info_handle_basic_t>(event.get(), ZX_INFO_HANDLE_BASIC);
  user::Handle slots[kSlots];
  zx_rights_t model[kSlots] = {};
  for (uint64_t left = random.below(150); left != 0; --left) {
    const size_t i = random.below(kSlots);
    const zx_rights_t rights = random.chance(50) ? kFew : ZX_RIGHT_SAME_RIGHTS;
    if (!slots[i]) {
      expect_ok(zx_handle_duplicate(event.get(), rights, slots[i].out()), "duplicate");
      model[i] = rights == kFew ? kFew : all.rights;
    } else if (random.chance(40)) {
      zx_handle_t replaced = ZX_HANDLE_INVALID;
      expect_ok(zx_handle_replace(slots[i].release(), rights, &replaced), "replace");
      slots[i] = user::Handle(replaced);
      if (rights == kFew) model[i] = kFew;
    } else if (random.chance(40)) {
      slots[i].reset();
    } else {
      const auto info =
          user::get_info<zx_info_handle_basic_t>(slots[i].get(), ZX_INFO_HANDLE_BASIC);
      check(info.koid == all.koid && info.rights == model[i], "what a handle refers to");
    }
  }
}

}  // namespace stress
