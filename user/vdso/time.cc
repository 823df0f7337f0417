// The monotonic clock and the tick counter, read without entering the kernel where that is
// possible.
#include "arch.h"
#include "vdso.h"
#include "zircon/vdso_internal_calls.h"

namespace {

bool ticks_are_readable() { return DATA_CONSTANTS.ticks_to_mono_numerator != 0; }

// ticks * numerator / denominator without a 128-bit product: the remainder and the numerator have
// 32 bits each.
zx_time_t nanoseconds_of(uint64_t ticks) {
  const uint64_t numerator = DATA_CONSTANTS.ticks_to_mono_numerator;
  const uint64_t denominator = DATA_CONSTANTS.ticks_to_mono_denominator;
  const uint64_t whole = ticks / denominator;
  const uint64_t rest = ticks % denominator;
  return static_cast<zx_time_t>(whole * numerator + rest * numerator / denominator);
}

}  // namespace

VDSO_EXPORT(ticks_get)
zx_ticks_t _zx_ticks_get() {
  if (!ticks_are_readable()) return SYSCALL_zx_ticks_get_via_kernel();
  return static_cast<zx_ticks_t>(jacinth::vdso::read_tick_counter());
}

VDSO_EXPORT(ticks_per_second)
zx_ticks_t _zx_ticks_per_second() { return DATA_CONSTANTS.ticks_per_second; }

VDSO_EXPORT(clock_get_monotonic)
zx_time_t _zx_clock_get_monotonic() {
  if (!ticks_are_readable()) return SYSCALL_zx_clock_get_monotonic_via_kernel();
  return nanoseconds_of(jacinth::vdso::read_tick_counter());
}

// Saturates, so that "for ever" stays for ever.
VDSO_EXPORT(deadline_after)
zx_time_t _zx_deadline_after(zx_duration_t nanoseconds) {
  zx_time_t deadline = 0;
  if (!__builtin_add_overflow(_zx_clock_get_monotonic(), nanoseconds, &deadline)) return deadline;
  return nanoseconds > 0 ? ZX_TIME_INFINITE : ZX_TIME_INFINITE_PAST;
}
