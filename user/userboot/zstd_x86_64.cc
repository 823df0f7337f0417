// With Debian's libzstd, which is an ordinary Linux library for this architecture: compiled with
// stack protection, it reads a canary at fs:0x28 and calls __stack_chk_fail when it has changed.
#include <zircon/syscalls.h>
#include <zstd.h>

#include "lib/handle.h"
#include "userboot/decompress.h"

extern "C" [[noreturn]] void __stack_chk_fail() { __builtin_trap(); }

namespace userboot {
namespace {

// What fs points to; the canary is the word at 0x28.
struct ThreadArea {
  uint64_t before_canary[5];
  uint64_t canary;
};
static_assert(__builtin_offsetof(ThreadArea, canary) == 0x28);
constinit ThreadArea thread_area = {};

}  // namespace

// The kernel gives userboot no handle to its thread, so the process is asked for its only one.
void prepare_zstd(zx_handle_t process) {
  zx_koid_t koid = ZX_KOID_INVALID;
  size_t count = 0;
  user::Handle thread;
  zx_cprng_draw(&thread_area.canary, sizeof(thread_area.canary));
  const auto base = reinterpret_cast<uint64_t>(&thread_area);
  if (zx_object_get_info(process, ZX_INFO_PROCESS_THREADS, &koid, sizeof(koid), &count, nullptr) !=
          ZX_OK ||
      count != 1 ||
      zx_object_get_child(process, koid, ZX_RIGHT_SAME_RIGHTS, thread.out()) != ZX_OK ||
      zx_object_set_property(thread.get(), ZX_PROP_REGISTER_FS, &base, sizeof(base)) != ZX_OK)
    __builtin_trap();
}

bool unpack_zstd(jacinth::image::Bytes packed, std::span<std::byte> to) {
  return ZSTD_decompress(to.data(), to.size(), packed.data(), packed.size()) == to.size();
}

}  // namespace userboot
