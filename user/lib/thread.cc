#include "lib/thread.h"

#include <zircon/syscalls.h>

#include <atomic>
#include <new>

#include "lib/startup.h"

namespace user {
namespace {

constexpr size_t kPage = 4096;

// As after a call instruction, where that pushes a return address.
#if defined(__x86_64__)
constexpr size_t kEntryOffset = 8;
#else
constexpr size_t kEntryOffset = 0;
#endif

// A guard page and a stack above it.
struct Stack {
  zx_vaddr_t base = 0;
  size_t bytes = 0;

  zx_status_t map(std::string_view name, size_t stack_bytes);
  void unmap() const { zx_vmar_unmap(root_vmar(), base, bytes); }
};

// A place to keep a stack of the default size for the next thread:
//
//    Empty ──► InUse ◄──► Kept
//
// A thread cannot give back what it stands on. It has the kernel write Kept for it, once it runs no
// more.
struct Place {
  enum State : zx_futex_t { kEmpty, kInUse, kKept };
  std::atomic<zx_futex_t> state{kEmpty};
  Stack stack;

  bool take(State from) {
    zx_futex_t expected = from;
    return state.compare_exchange_strong(expected, kInUse, std::memory_order_acquire);
  }
  void keep() { state.store(kKept, std::memory_order_release); }
};
constinit Place places[4];

// What a new thread must know, at the top of its own stack.
struct alignas(16) Start {
  Thread::Entry entry;
  void* argument;
  Stack stack;
  Place* place;  // where the stack stays; nullptr: nowhere
};

[[noreturn]] void run_thread(Start* start) {
  start->entry(start->argument);
  if (start->place != nullptr) {
    zx_futex_wake_handle_close_thread_exit(reinterpret_cast<zx_futex_t*>(&start->place->state), 0,
                                           Place::kKept, ZX_HANDLE_INVALID);
  } else {
    zx_vmar_unmap_handle_close_thread_exit(root_vmar(), start->stack.base, start->stack.bytes,
                                           ZX_HANDLE_INVALID);
  }
  __builtin_trap();
}

zx_status_t Stack::map(std::string_view name, size_t stack_bytes) {
  Handle vmo;
  zx_status_t status = zx_vmo_create(stack_bytes, 0, vmo.out());
  if (status != ZX_OK) return status;
  zx_object_set_property(vmo.get(), ZX_PROP_NAME, name.data(), name.size());
  Handle region;
  status = zx_vmar_allocate(root_vmar(),
                            ZX_VM_CAN_MAP_READ | ZX_VM_CAN_MAP_WRITE | ZX_VM_CAN_MAP_SPECIFIC, 0,
                            stack_bytes + kPage, region.out(), &base);
  if (status != ZX_OK) return status;
  bytes = stack_bytes + kPage;
  zx_vaddr_t at = 0;
  status = zx_vmar_map(region.get(), ZX_VM_PERM_READ | ZX_VM_PERM_WRITE | ZX_VM_SPECIFIC, kPage,
                       vmo.get(), 0, stack_bytes, &at);
  if (status != ZX_OK) zx_vmar_destroy(region.get());
  return status;
}

// A stack that is kept, else a new one, which is kept if there is a place left.
zx_status_t get_stack(size_t bytes, Stack* stack, Place** place) {
  *place = nullptr;
  if (bytes == Thread::kDefaultStack) {
    for (Place& kept : places) {
      if (!kept.take(Place::kKept)) continue;
      *stack = kept.stack;
      *place = &kept;
      return ZX_OK;
    }
  }
  const zx_status_t status = stack->map("thread-stack", bytes);
  if (status != ZX_OK || bytes != Thread::kDefaultStack) return status;
  for (Place& empty : places) {
    if (!empty.take(Place::kEmpty)) continue;
    empty.stack = *stack;
    *place = &empty;
    break;
  }
  return ZX_OK;
}

}  // namespace

zx_status_t Thread::start(std::string_view name, Entry entry, void* argument, Thread* out,
                          size_t stack_bytes) {
  if (stack_bytes < sizeof(Start) || stack_bytes > SIZE_MAX - 2 * kPage) return ZX_ERR_INVALID_ARGS;
  stack_bytes = (stack_bytes + kPage - 1) & ~(kPage - 1);
  Handle handle;
  zx_status_t status = zx_thread_create(self_process(), name.data(), name.size(), 0, handle.out());
  if (status != ZX_OK) return status;
  Stack stack;
  Place* place = nullptr;
  status = get_stack(stack_bytes, &stack, &place);
  if (status != ZX_OK) return status;
  const zx_vaddr_t top = stack.base + stack.bytes - sizeof(Start);
  auto* start = new (reinterpret_cast<void*>(top)) Start{entry, argument, stack, place};
  status = zx_thread_start(handle.get(), reinterpret_cast<zx_vaddr_t>(&run_thread),
                           top - kEntryOffset, reinterpret_cast<uint64_t>(start), 0);
  if (status != ZX_OK) {
    if (place != nullptr) {
      place->keep();
    } else {
      stack.unmap();
    }
    return status;
  }
  out->handle_ = static_cast<Handle&&>(handle);
  return ZX_OK;
}

zx_status_t Thread::join(zx_time_t deadline) const {
  return zx_object_wait_one(handle_.get(), ZX_THREAD_TERMINATED, deadline, nullptr);
}

}  // namespace user
