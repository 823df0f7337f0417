// hog [MIB]: takes so much memory, or all there is, and says how much it got.
#include <zircon/syscalls.h>
#include <zircon/syscalls/memory.h>

#include "lib/handle.h"
#include "lib/io.h"
#include "lib/numbers.h"

namespace {

constexpr uint64_t kMebibyte = uint64_t{1} << 20;

// Left to the process's end.
zx_status_t take_one() {
  zx_handle_t vmo = ZX_HANDLE_INVALID;
  const zx_status_t created = zx_vmo_create(kMebibyte, 0, &vmo);
  if (created != ZX_OK) return created;
  return zx_vmo_op_range(vmo, ZX_VMO_OP_COMMIT, 0, kMebibyte, nullptr, 0);
}

}  // namespace

int main(int argc, char** argv) {
  const auto wanted = argc > 1 ? user::parse_number(argv[1]) : uint64_t{1} << 20;
  if (argc > 2 || !wanted) {
    user::print_error("usage: hog [MIB]\n");
    return 2;
  }
  uint64_t taken = 0;
  zx_status_t status = ZX_OK;
  while (taken < *wanted && (status = take_one()) == ZX_OK) ++taken;
  user::print("hog: {} MiB: {}\n", taken, zx_status_get_string(status));
  return status == ZX_OK ? 0 : 1;
}
