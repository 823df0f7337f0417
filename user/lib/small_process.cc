#include "lib/small_process.h"

#include <zircon/processargs.h>
#include <zircon/syscalls.h>

#include "lib/startup.h"

namespace user {
namespace {

constexpr size_t kPage = 4096;
constexpr size_t kStack = 4 * kPage;
constexpr size_t kSpinBytes = 64;  // more than `spin` has

[[noreturn]] void spin() {
  for (;;) asm volatile("");
}

}  // namespace

SmallProgram::~SmallProgram() {
  if (vdso_.bytes.data() == nullptr) return;
  zx_vmar_unmap(root_vmar(), reinterpret_cast<zx_vaddr_t>(vdso_.bytes.data()),
                (vdso_.bytes.size() + kPage - 1) & ~(kPage - 1));
}

zx_status_t SmallProgram::make() {
  Handle vmo;
  zx_status_t status = zx_vmo_create(SmallProcess::kCodeBytes, 0, vmo.out());
  if (status == ZX_OK)
    status = zx_vmo_write(vmo.get(), reinterpret_cast<const void*>(&spin), 0, kSpinBytes);
  if (status == ZX_OK)
    status = zx_vmo_replace_as_executable(vmo.release(), ZX_HANDLE_INVALID, code_.out());
  if (status == ZX_OK) status = zx_event_create(0, argument_.out());
  if (status != ZX_OK) return status;

  const zx_handle_t vdso = startup().handle(PA_VMO_VDSO);
  uint64_t size = 0;
  zx_vaddr_t at = 0;
  status = zx_vmo_get_size(vdso, &size);
  if (status == ZX_OK) status = zx_vmar_map(root_vmar(), ZX_VM_PERM_READ, 0, vdso, 0, size, &at);
  if (status == ZX_OK)
    vdso_ = {.vmo = vdso, .offset = 0, .bytes = {reinterpret_cast<const std::byte*>(at), size}};
  return status;
}

zx_status_t SmallProgram::fill(SmallProcess& process, zx_vaddr_t* stack, zx_vaddr_t* vdso) const {
  LoadedImage image;
  zx_status_t status = load_image(process.vmar.get(), vdso_, &image);
  if (status != ZX_OK) return status;
  *vdso = image.base;
  status = zx_vmar_map(process.vmar.get(), ZX_VM_PERM_READ | ZX_VM_PERM_EXECUTE, 0, code_.get(), 0,
                       SmallProcess::kCodeBytes, &process.entry);
  if (status != ZX_OK) return status;
  Handle memory;
  zx_vaddr_t base = 0;
  status = zx_vmo_create(kStack, 0, memory.out());
  if (status == ZX_OK)
    status = zx_vmar_map(process.vmar.get(), ZX_VM_PERM_READ | ZX_VM_PERM_WRITE, 0, memory.get(), 0,
                         kStack, &base);
  *stack = base + kStack - 16;
  return status;
}

zx_status_t SmallProgram::start(zx_handle_t job, SmallProcess* started) const {
  zx_vaddr_t stack = 0, vdso = 0;
  Handle& process = started->process;
  Handle& thread = started->thread;
  zx_status_t status = zx_process_create(job, "small", 5, 0, process.out(), started->vmar.out());
  if (status == ZX_OK) status = fill(*started, &stack, &vdso);
  if (status == ZX_OK) status = zx_thread_create(process.get(), "small", 5, 0, thread.out());
  if (status == ZX_OK)
    status = zx_process_start(process.get(), thread.get(), started->entry, stack,
                              argument_.duplicate().release(), vdso);
  if (status != ZX_OK && process) zx_task_kill(process.get());
  return status;
}

}  // namespace user
