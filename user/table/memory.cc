// Memory objects: their contents, mapped and touched, shared until written.
#include "lib/handle.h"
#include "lib/startup.h"
#include "measure.h"

namespace table {
namespace {

constexpr size_t kPage = 4096;
constexpr size_t kPages = 256;
constexpr zx_vm_option_t kReadWrite = ZX_VM_PERM_READ | ZX_VM_PERM_WRITE;

zx_handle_t make(size_t bytes) {
  zx_handle_t vmo = ZX_HANDLE_INVALID;
  require(zx_vmo_create(bytes, 0, &vmo), "vmo");
  return vmo;
}

user::Handle make_committed(size_t bytes) {
  user::Handle vmo(make(bytes));
  require(zx_vmo_op_range(vmo.get(), ZX_VMO_OP_COMMIT, 0, bytes, nullptr, 0), "commit");
  return vmo;
}

zx_vaddr_t map(zx_handle_t vmo, size_t bytes) {
  zx_vaddr_t at = 0;
  require(zx_vmar_map(user::root_vmar(), kReadWrite, 0, vmo, 0, bytes, &at), "map");
  return at;
}

zx_status_t unmap(zx_vaddr_t at, size_t bytes) {
  return zx_vmar_unmap(user::root_vmar(), at, bytes);
}

void touch(zx_vaddr_t at, size_t bytes) {
  for (size_t i = 0; i < bytes; i += kPage) *reinterpret_cast<volatile char*>(at + i) = 1;
}

void measure_contents() {
  constexpr size_t kMost = 16 * kPage;
  alignas(kPage) static char buffer[kMost] = {};
  const user::Handle vmo = make_committed(kMost);
  measure("vmo_read_4k", 1'000, [&] { return zx_vmo_read(vmo.get(), buffer, 0, kPage); });
  measure("vmo_write_4k", 1'000, [&] { return zx_vmo_write(vmo.get(), buffer, 0, kPage); });
  measure("vmo_read_64k", 200, [&] { return zx_vmo_read(vmo.get(), buffer, 0, kMost); });
}

void measure_mapping() {
  const user::Handle vmo = make_committed(kPage);
  measure("map_unmap", 1'000, [&] { return unmap(map(vmo.get(), kPage), kPage); });

  constexpr size_t kBytes = 16 * kPage;
  const user::Handle sixteen = make_committed(kBytes);
  const zx_vaddr_t at = map(sixteen.get(), kBytes);
  touch(at, kBytes);
  zx_vm_option_t access = kReadWrite;
  measure("protect_64k", 1'000, [&] {
    access ^= ZX_VM_PERM_WRITE;
    return zx_vmar_protect(user::root_vmar(), access, at, kBytes);
  });
  unmap(at, kBytes);
}

void measure_touching() {
  constexpr size_t kBytes = kPages * kPage;
  const user::Handle committed = make_committed(kBytes);
  measure("map_touch_256", 10, [&] {
    const zx_vaddr_t at = map(committed.get(), kBytes);
    touch(at, kBytes);
    return unmap(at, kBytes);
  });
  measure("vmo_map_fault_256", 10, [] {
    const zx_handle_t vmo = make(kBytes);
    const zx_vaddr_t at = map(vmo, kBytes);
    touch(at, kBytes);
    const zx_status_t status = unmap(at, kBytes);
    return status | zx_handle_close(vmo);
  });
  measure("decommit_commit_1m", 10, [&] {
    const zx_status_t status =
        zx_vmo_op_range(committed.get(), ZX_VMO_OP_DECOMMIT, 0, kBytes, nullptr, 0);
    return status | zx_vmo_op_range(committed.get(), ZX_VMO_OP_COMMIT, 0, kBytes, nullptr, 0);
  });
}

void measure_copy_on_write() {
  const user::Handle parent = make_committed(kPage);
  measure("cow_child_write_close", 1'000, [&] {
    zx_handle_t child = ZX_HANDLE_INVALID;
    const char byte = 1;
    zx_status_t status = zx_vmo_create_child(parent.get(), ZX_VMO_CHILD_SNAPSHOT, 0, kPage, &child);
    status |= zx_vmo_write(child, &byte, 0, 1);
    return status | zx_handle_close(child);
  });
}

}  // namespace

void measure_memory() {
  measure_contents();
  measure_mapping();
  measure_touching();
  measure_copy_on_write();
}

}  // namespace table
