#include "lib/thread.h"

#include <zircon/syscalls.h>

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

// What a new thread must know, at the top of its own stack.
struct alignas(16) Start {
  Thread::Entry entry;
  void* argument;
  zx_vaddr_t region;  // guard page and stack
  size_t region_bytes;
};

[[noreturn]] void run_thread(Start* start) {
  start->entry(start->argument);
  zx_vmar_unmap_handle_close_thread_exit(root_vmar(), start->region, start->region_bytes,
                                         ZX_HANDLE_INVALID);
  __builtin_trap();
}

zx_status_t map_stack(std::string_view name, size_t bytes, Handle* region, zx_vaddr_t* base) {
  Handle vmo;
  zx_status_t status = zx_vmo_create(bytes, 0, vmo.out());
  if (status != ZX_OK) return status;
  zx_object_set_property(vmo.get(), ZX_PROP_NAME, name.data(), name.size());
  status = zx_vmar_allocate(root_vmar(),
                            ZX_VM_CAN_MAP_READ | ZX_VM_CAN_MAP_WRITE | ZX_VM_CAN_MAP_SPECIFIC, 0,
                            bytes + kPage, region->out(), base);
  if (status != ZX_OK) return status;
  zx_vaddr_t at = 0;
  status = zx_vmar_map(region->get(), ZX_VM_PERM_READ | ZX_VM_PERM_WRITE | ZX_VM_SPECIFIC, kPage,
                       vmo.get(), 0, bytes, &at);
  if (status != ZX_OK) zx_vmar_destroy(region->get());
  return status;
}

}  // namespace

zx_status_t Thread::start(std::string_view name, Entry entry, void* argument, Thread* out,
                          size_t stack_bytes) {
  if (stack_bytes < sizeof(Start) || stack_bytes > SIZE_MAX - 2 * kPage) return ZX_ERR_INVALID_ARGS;
  stack_bytes = (stack_bytes + kPage - 1) & ~(kPage - 1);
  Handle handle;
  zx_status_t status = zx_thread_create(self_process(), name.data(), name.size(), 0, handle.out());
  if (status != ZX_OK) return status;
  Handle region;
  zx_vaddr_t base = 0;
  status = map_stack(name, stack_bytes, &region, &base);
  if (status != ZX_OK) return status;
  const size_t region_bytes = stack_bytes + kPage;
  const zx_vaddr_t top = base + region_bytes - sizeof(Start);
  auto* start = new (reinterpret_cast<void*>(top)) Start{entry, argument, base, region_bytes};
  status = zx_thread_start(handle.get(), reinterpret_cast<zx_vaddr_t>(&run_thread),
                           top - kEntryOffset, reinterpret_cast<uint64_t>(start), 0);
  if (status != ZX_OK) {
    zx_vmar_destroy(region.get());
    return status;
  }
  out->handle_ = static_cast<Handle&&>(handle);
  return ZX_OK;
}

zx_status_t Thread::join(zx_time_t deadline) const {
  return zx_object_wait_one(handle_.get(), ZX_THREAD_TERMINATED, deadline, nullptr);
}

}  // namespace user
