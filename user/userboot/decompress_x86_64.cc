// With Debian's liblz4 and libzstd, which are ordinary Linux libraries for this architecture:
// compiled with stack protection, they read a canary at fs:0x28 and call __stack_chk_fail when it
// has changed.
#include <lz4frame.h>
#include <zircon/syscalls.h>
#include <zstd.h>

#include <algorithm>

#include "lib/handle.h"
#include "userboot/decompress.h"

extern "C" [[noreturn]] void __stack_chk_fail() { __builtin_trap(); }

namespace userboot {
namespace {

using jacinth::image::Bytes;
using jacinth::image::Compression;

// What fs points to; the canary is the word at 0x28.
struct ThreadArea {
  uint64_t before_canary[5];
  uint64_t canary;
};
static_assert(__builtin_offsetof(ThreadArea, canary) == 0x28);
constinit ThreadArea thread_area = {};

bool unpack_lz4(Bytes from, std::span<std::byte> to) {
  LZ4F_dctx* context = nullptr;
  if (LZ4F_isError(LZ4F_createDecompressionContext(&context, LZ4F_VERSION)) != 0) return false;
  size_t left = 1;
  size_t produced = 0;
  // A call may stop at a block's end; it goes on until the frame has ended or nothing moves.
  while (left != 0) {
    size_t out = to.size() - produced;
    size_t in = from.size();
    left = LZ4F_decompress(context, to.data() + produced, &out, from.data(), &in, nullptr);
    if (LZ4F_isError(left) != 0 || (out == 0 && in == 0)) break;
    produced += out;
    from = from.subspan(in);
  }
  LZ4F_freeDecompressionContext(context);
  return left == 0 && produced == to.size();
}

}  // namespace

// The kernel gives userboot no handle to its thread, so the process is asked for its only one.
void prepare_decompressors(zx_handle_t process) {
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

bool unpack(Bytes packed, std::span<std::byte> to) {
  switch (jacinth::image::compression_of(packed)) {
    case Compression::Zstd:
      return ZSTD_decompress(to.data(), to.size(), packed.data(), packed.size()) == to.size();
    case Compression::Lz4:
      return unpack_lz4(packed, to);
    case Compression::None:
      if (packed.size() != to.size()) return false;
      std::ranges::copy(packed, to.begin());
      return true;
  }
  return false;
}

}  // namespace userboot
