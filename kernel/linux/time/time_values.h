// Times as programs give and get them.
#pragma once

#include "abi/linux/types.h"
#include "linux/syscall_context.h"

namespace jacinth::linux {

// INVAL: negative, or nanoseconds out of range.
ErrnoOr<Duration> to_duration(const abi::timespec& time);
ErrnoOr<Duration> to_duration(const abi::timeval& time);
ErrnoOr<Duration> read_duration(UserIn<abi::timespec> from);
abi::timespec to_timespec(Duration span);
abi::timeval to_timeval(Duration span);

// The clock's reading now. INVAL: no such clock.
ErrnoOr<Duration> read_clock(SyscallContext& ctx, int32_t clock);
// The wall clock's distance from the monotonic one.
Duration wall_offset();
// The monotonic instant that a reading of the clock stands for. INVAL, and for the clocks of CPU
// time OPNOTSUPP.
ErrnoOr<Instant> instant_of(int32_t clock, Duration reading);

}  // namespace jacinth::linux
