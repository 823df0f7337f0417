// Page faults that nobody can resolve: they end the process, as nobody handles the exception.
#include <zircon/syscalls/ipc.h>
#include <zircon/syscalls/memory.h>

#include "child.h"
#include "support.h"

namespace core {
namespace {

constexpr uint64_t kPage = 4096;
constexpr zx_vm_option_t kReadWrite = ZX_VM_PERM_READ | ZX_VM_PERM_WRITE;

CHILD(writes_to_a_readable_page) {
  const Handle vmo = make_vmo(kPage);
  zx_vaddr_t address = 0;
  EXPECT_OK(zx_vmar_map(user::root_vmar(), ZX_VM_PERM_READ, 0, vmo.get(), 0, kPage, &address));
  *reinterpret_cast<volatile char*>(address) = 1;
}

CHILD(reads_a_page_without_access) {
  const Handle vmo = make_vmo(kPage);
  zx_vaddr_t address = 0;
  EXPECT_OK(zx_vmar_map(user::root_vmar(), 0, 0, vmo.get(), 0, kPage, &address));
  static_cast<void>(*reinterpret_cast<volatile char*>(address));
}

CHILD(reads_beyond_a_shrunk_memory_object) {
  const Handle vmo = make_vmo(2 * kPage, ZX_VMO_RESIZABLE);
  zx_vaddr_t address = 0;
  EXPECT_OK(zx_vmar_map(user::root_vmar(), kReadWrite, 0, vmo.get(), 0, 2 * kPage, &address));
  auto* bytes = reinterpret_cast<volatile char*>(address);
  bytes[kPage] = 1;
  EXPECT_OK(zx_vmo_set_size(vmo.get(), kPage));
  bytes[0] = 1;
  static_cast<void>(bytes[kPage]);
}

CHILD(executes_a_data_page) {
  const Handle vmo = make_vmo(kPage);
  zx_vaddr_t address = 0;
  EXPECT_OK(zx_vmar_map(user::root_vmar(), kReadWrite, 0, vmo.get(), 0, kPage, &address));
  reinterpret_cast<void (*)()>(address)();
}

CHILD(reads_nothing_mapped) { static_cast<void>(*bad_pointer<volatile char>()); }

TEST(page_faults, end_the_process) {
  for (const std::string_view name :
       {"writes_to_a_readable_page", "reads_a_page_without_access",
        "reads_beyond_a_shrunk_memory_object", "executes_a_data_page", "reads_nothing_mapped"}) {
    const Child child(name);
    if (!EXPECT_EQ(child.exit_code(), ZX_TASK_RETCODE_EXCEPTION_KILL)) say("  in {}", name);
  }
}

}  // namespace
}  // namespace core
