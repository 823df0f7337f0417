// What the hand-written parts of the vDSO share.
#pragma once

#include <zircon/syscalls.h>
#include <cstdint>
#include <type_traits>

// Before the definition of a public function _zx_NAME: gives it its second name, zx_NAME, which a
// program may override.
#define VDSO_EXPORT(name)                                   \
  asm(".weak zx_" #name "\n.set zx_" #name ", _zx_" #name); \
  extern "C"

#define VDSO_INTERNAL [[gnu::visibility("hidden")]]

namespace jacinth::vdso {

// Written by the kernel into its one copy of the image, before any process maps it. The layout is
// part of the ABI between a kernel and any vDSO, ours or not.
struct Constants {
  uint32_t max_num_cpus;
  uint32_t cpu_features;
  uint32_t hw_breakpoint_count;
  uint32_t hw_watchpoint_count;
  uint32_t dcache_line_size;
  uint32_t icache_line_size;
  zx_ticks_t ticks_per_second;
  // nanoseconds = ticks * numerator / denominator. A numerator of 0 says that programs cannot read
  // the tick counter: both clocks are then asked of the kernel.
  uint32_t ticks_to_mono_numerator;
  uint32_t ticks_to_mono_denominator;
  uint64_t physmem;
  uint64_t version_string_len;  // without the NUL
  char version_string[64];
};
static_assert(sizeof(Constants) == 120);
static_assert(__builtin_offsetof(Constants, version_string) == 56);

// Repeats a call for as long as it ends because its thread was interrupted (suspended, and now
// resumed). Deadlines are absolute, so repeating does not prolong a wait.
template <typename F>
zx_status_t retry(F call) {
  zx_status_t status;
  do {
    status = call();
  } while (status == ZX_ERR_INTERNAL_INTR_RETRY);
  return status;
}

}  // namespace jacinth::vdso

extern "C" VDSO_INTERNAL const jacinth::vdso::Constants DATA_CONSTANTS;
