#include "linux/time/time_values.h"

#include "abi/linux/constants.h"
#include "hal/clock.h"
#include "linux/task/task_table.h"

namespace jacinth::linux {

namespace {
constexpr int64_t kSecond = 1'000'000'000;
}

ErrnoOr<Duration> to_duration(const abi::timespec& time) {
  if (time.seconds < 0 || time.nanoseconds < 0 || time.nanoseconds >= kSecond)
    return fail(Errno::INVAL);
  int64_t ns = 0;
  if (__builtin_mul_overflow(time.seconds, kSecond, &ns) ||
      __builtin_add_overflow(ns, time.nanoseconds, &ns))
    return nanoseconds(std::numeric_limits<int64_t>::max());
  return nanoseconds(ns);
}

ErrnoOr<Duration> to_duration(const abi::timeval& time) {
  if (time.microseconds < 0 || time.microseconds >= kSecond / 1000) return fail(Errno::INVAL);
  return to_duration(abi::timespec{time.seconds, time.microseconds * 1000});
}

ErrnoOr<Duration> read_duration(UserIn<abi::timespec> from) { return to_duration(TRY(get(from))); }

abi::timespec to_timespec(Duration span) { return {span.ns / kSecond, span.ns % kSecond}; }
abi::timeval to_timeval(Duration span) { return {span.ns / kSecond, span.ns % kSecond / 1000}; }

Duration wall_offset() { return nanoseconds(hal::utc_at_start_ns()); }

namespace {

// The clock of a process's or thread's CPU time, by its number.
ErrnoOr<Duration> read_cpu_clock(SyscallContext& ctx, int32_t clock) {
  constexpr int32_t kOfThread = 4, kKindMask = 3, kKindFile = 3;
  if ((clock & kKindMask) == kKindFile) return fail(Errno::INVAL);
  const int32_t id = ~(clock >> 3);
  if ((clock & kOfThread) != 0) {
    if (id == 0 || id == ctx.self().id()) return ctx.thread().stats().runtime;
    LockGuard guard(tasks_lock);
    LinuxThread* const thread = tasks().find_thread(id);
    if (thread == nullptr || &thread->process() != &ctx.process()) return fail(Errno::INVAL);
    return thread->object().stats().runtime;
  }
  if (id == 0 || id == ctx.process().id()) return ctx.process().runtime();
  LockGuard guard(tasks_lock);
  LinuxProcess* const process = tasks().find_process(id);
  if (process == nullptr || process->state() != LinuxProcess::State::Alive)
    return fail(Errno::INVAL);
  return process->runtime();
}

}  // namespace

ErrnoOr<Duration> read_clock(SyscallContext& ctx, int32_t clock) {
  const int64_t now = hal::now().ns;
  switch (clock) {
    case kClockRealtime:
    case kClockRealtimeCoarse:
    case kClockRealtimeAlarm:
    case kClockTai:
      return nanoseconds(now + wall_offset().ns);
    case kClockMonotonic:
    case kClockMonotonicRaw:
    case kClockMonotonicCoarse:
    case kClockBoottime:
    case kClockBoottimeAlarm:
      return nanoseconds(now);
    case kClockProcessCpu:
      return ctx.process().runtime();
    case kClockThreadCpu:
      return ctx.thread().stats().runtime;
    default:
      return clock < 0 ? read_cpu_clock(ctx, clock) : fail(Errno::INVAL);
  }
}

ErrnoOr<Instant> instant_of(int32_t clock, Duration reading) {
  switch (clock) {
    case kClockRealtime:
    case kClockRealtimeAlarm:
    case kClockTai:
      return Instant{reading.ns} + nanoseconds(-wall_offset().ns);
    case kClockMonotonic:
    case kClockBoottime:
    case kClockBoottimeAlarm:
      return Instant{reading.ns};
    // Clocks that can be read but not waited for.
    case kClockThreadCpu:
    case kClockProcessCpu:
    case kClockMonotonicRaw:
    case kClockRealtimeCoarse:
    case kClockMonotonicCoarse:
      return fail(Errno::OPNOTSUPP);
    default:
      return fail(Errno::INVAL);
  }
}

}  // namespace jacinth::linux
