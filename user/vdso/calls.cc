// The calls that need more than their stub: most repeat it while it is interrupted.
#include "vdso.h"
#include "zircon/vdso_internal_calls.h"

using jacinth::vdso::retry;
#include "zircon/vdso_retry_calls.inc"

// An interrupted call has already sent its message, so it is resumed, not repeated.
VDSO_EXPORT(channel_call)
zx_status_t _zx_channel_call(zx_handle_t handle, uint32_t options, zx_time_t deadline,
                             const zx_channel_call_args_t* args, uint32_t* actual_bytes,
                             uint32_t* actual_handles) {
  zx_status_t status = SYSCALL_zx_channel_call_noretry(handle, options, deadline, args,
                                                       actual_bytes, actual_handles);
  while (status == ZX_ERR_INTERNAL_INTR_RETRY)
    status = SYSCALL_zx_channel_call_finish(deadline, args, actual_bytes, actual_handles);
  return status;
}

// Cannot fail, so that no program goes on with bytes that are not random.
VDSO_EXPORT(cprng_draw)
void _zx_cprng_draw(void* buffer, size_t size) {
  auto* next = static_cast<char*>(buffer);
  while (size > 0) {
    const size_t chunk = size < ZX_CPRNG_DRAW_MAX_LEN ? size : ZX_CPRNG_DRAW_MAX_LEN;
    if (SYSCALL_zx_cprng_draw_once(next, chunk) != ZX_OK) __builtin_trap();
    next += chunk;
    size -= chunk;
  }
}

// Shows that the vDSO's own code stands between a program and the kernel.
VDSO_EXPORT(syscall_test_wrapper)
zx_status_t _zx_syscall_test_wrapper(int32_t a, int32_t b, int32_t c) {
  if (a < 0 || b < 0 || c < 0) return ZX_ERR_INVALID_ARGS;
  const zx_status_t sum = SYSCALL_zx_syscall_test_wrapper(a, b, c);
  return sum > 50 ? ZX_ERR_OUT_OF_RANGE : sum;
}
