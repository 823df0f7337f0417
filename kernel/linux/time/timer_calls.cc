// alarm, setitimer, getitimer.
#include "linux/syscall_prototypes.h"
#include "linux/task/linux_process.h"
#include "linux/time/time_values.h"

namespace jacinth::linux {
namespace {

enum Which : int32_t { kReal = 0, kVirtual = 1, kProfiling = 2 };

abi::itimerval to_abi(const IntervalTimer::Setting& setting) {
  return {.interval = to_timeval(setting.interval), .value = to_timeval(setting.left)};
}

}  // namespace

SysResult sys_alarm(SyscallContext& ctx, uint32_t seconds_from_now) {
  constexpr int64_t kSecond = 1'000'000'000;
  const auto before = ctx.process().alarm.set({.left = seconds(seconds_from_now), .interval = {}});
  // Rounded, but never to 0 while something was left.
  return static_cast<uint64_t>((before.left.ns + kSecond - 1) / kSecond);
}

SysResult sys_getitimer(SyscallContext& ctx, int32_t which, UserOut<abi::itimerval> value) {
  if (which < kReal || which > kProfiling) return fail(Errno::INVAL);
  TRY(put(value, which == kReal ? to_abi(ctx.process().alarm.get()) : abi::itimerval{}));
  return 0;
}

// Those that count CPU time are not there.
SysResult sys_setitimer(SyscallContext& ctx, int32_t which, UserIn<abi::itimerval> value,
                        UserOut<abi::itimerval> old) {
  if (which != kReal) return fail(Errno::INVAL);
  IntervalTimer::Setting wanted;
  if (!value.is_null()) {
    const auto given = TRY(get(value));
    wanted = {.left = TRY(to_duration(given.value)), .interval = TRY(to_duration(given.interval)) };
  }
  TRY(put_if(old, to_abi(ctx.process().alarm.set(wanted))));
  return 0;
}

}  // namespace jacinth::linux
