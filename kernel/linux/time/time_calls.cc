// Clocks and sleeping.
#include <algorithm>

#include "hal/clock.h"
#include "linux/futex/futex_calls.h"
#include "linux/syscall_prototypes.h"
#include "linux/task/task_table.h"
#include "linux/task/usage.h"
#include "linux/time/time_values.h"

namespace jacinth::linux {
namespace {

constexpr int64_t kTickNs = 10'000'000;  // of times(): 1/100 s

struct Sleep {
  Instant deadline = kForever;
  int32_t clock = kClockMonotonic;
  bool absolute = false;
  UserOut<abi::timespec> left{};
};

// An interrupted relative sleep goes on until the same instant; an absolute one is just called
// again.
exec::Task<SysResult> sleep(LinuxThread& self, Sleep request) {
  exec::Waiter waiter;
  const Status status = co_await waiter.wait(request.deadline);
  if (status == Status::TimedOut) co_return uint64_t{0};
  if (request.absolute) co_return fail(Errno::RESTARTNOHAND);
  const Duration left = request.deadline - hal::now();
  if (left.ns <= 0) co_return uint64_t{0};
  CO_TRY(put_if(request.left, to_timespec(left)));
  self.restart = {.kind = LinuxThread::Restart::Kind::Sleep,
                  .clock = request.clock,
                  .deadline = request.deadline,
                  .a0 = raw(request.left.address())};
  co_return fail(Errno::RESTART_RESTARTBLOCK);
}

exec::Eventually<SysResult> start_sleep(SyscallContext& ctx, const Sleep& request) {
  if (hal::has_passed(request.deadline)) return SysResult(0);
  return sleep(ctx.self(), request);
}

}  // namespace

exec::Eventually<SysResult> sys_nanosleep(SyscallContext& ctx, UserIn<abi::timespec> time,
                                          UserOut<abi::timespec> left) {
  const auto span = read_duration(time);
  if (!span) return SysResult(fail(span.error()));
  return start_sleep(ctx, {.deadline = hal::now() + *span, .left = left});
}

namespace {

// CPU time cannot be waited for as such: this looks again whenever it may have come so far.
exec::Task<SysResult> sleep_on_cpu_time(SyscallContext ctx, int32_t clock, Duration target,
                                        bool absolute, UserOut<abi::timespec> left) {
  constexpr Duration kStep = milliseconds(1);
  for (;;) {
    const Duration now = CO_TRY(read_clock(ctx, clock));
    if (now >= target) co_return uint64_t{0};
    const int64_t threads = std::max<int64_t>(ctx.process().thread_count(), 1);
    const Duration step = std::max(nanoseconds((target.ns - now.ns) / threads), kStep);
    exec::Waiter waiter;
    if (co_await waiter.wait(hal::now() + step) == Status::TimedOut) continue;
    if (absolute) co_return fail(Errno::RESTARTNOHAND);
    CO_TRY(put_if(left, to_timespec(nanoseconds(std::max<int64_t>(target.ns - now.ns, 0)))));
    co_return fail(Errno::INTR);
  }
}

}  // namespace

exec::Eventually<SysResult> sys_clock_nanosleep(SyscallContext& ctx, int32_t clock, uint32_t flags,
                                                UserIn<abi::timespec> time,
                                                UserOut<abi::timespec> left) {
  const bool of_process = clock == kClockProcessCpu || (clock < 0 && (clock & 4) == 0);
  if (of_process) {
    const auto now = read_clock(ctx, clock);
    if (!now) return SysResult(fail(now.error()));
    const auto given = read_duration(time);
    if (!given) return SysResult(fail(given.error()));
    const bool fixed = (flags & kTimerAbsolute) != 0;
    const Duration target = fixed ? *given : Instant{now->ns} + *given - Instant{};
    return sleep_on_cpu_time(ctx, clock, target, fixed, left);
  }
  const auto known = instant_of(clock, {});
  if (!known) return SysResult(fail(known.error()));
  const auto span = read_duration(time);
  if (!span) return SysResult(fail(span.error()));
  const bool absolute = (flags & kTimerAbsolute) != 0;
  const Instant deadline = absolute ? *instant_of(clock, *span) : hal::now() + *span;
  return start_sleep(ctx,
                     {.deadline = deadline, .clock = clock, .absolute = absolute, .left = left});
}

exec::Eventually<SysResult> sys_restart_syscall(SyscallContext& ctx) {
  const LinuxThread::Restart& restart = ctx.self().restart;
  switch (restart.kind) {
    case LinuxThread::Restart::Kind::Sleep:
      return start_sleep(ctx, {.deadline = restart.deadline,
                               .clock = restart.clock,
                               .left = UserOut<abi::timespec>(VirtAddr{restart.a0})});
    case LinuxThread::Restart::Kind::Futex:
      return restart_futex_wait(ctx.self());
    case LinuxThread::Restart::Kind::None:
    case LinuxThread::Restart::Kind::Poll:
      break;
  }
  return SysResult(fail(Errno::INTR));
}

SysResult sys_clock_gettime(SyscallContext& ctx, int32_t clock, UserOut<abi::timespec> time) {
  TRY(put(time, to_timespec(TRY(read_clock(ctx, clock)))));
  return 0;
}

SysResult sys_clock_getres(SyscallContext& ctx, int32_t clock, UserOut<abi::timespec> resolution) {
  TRY(read_clock(ctx, clock));
  const bool coarse = clock == kClockRealtimeCoarse || clock == kClockMonotonicCoarse;
  TRY(put_if(resolution, abi::timespec{0, coarse ? 4'000'000 : 1}));
  return 0;
}

SysResult sys_clock_settime(SyscallContext& ctx, int32_t clock, UserIn<abi::timespec> time) {
  TRY(read_duration(time));
  return fail(clock == kClockRealtime ? Errno::PERM : Errno::INVAL);
}

SysResult sys_gettimeofday(SyscallContext& ctx, UserOut<abi::timeval> time, UserOut<int32_t> zone) {
  TRY(put_if(time, to_timeval(TRY(read_clock(ctx, kClockRealtime)))));
  if (!zone.is_null()) {
    TRY(put(zone, 0));
    TRY(put(zone, 0, 1));
  }
  return 0;
}

SysResult sys_time(SyscallContext& ctx, UserOut<int64_t> time) {
  const int64_t seconds = to_timespec(TRY(read_clock(ctx, kClockRealtime))).seconds;
  TRY(put_if(time, seconds));
  return static_cast<uint64_t>(seconds);
}

SysResult sys_times(SyscallContext& ctx, UserOut<abi::tms> times) {
  const Usage own = ctx.process().usage();
  Usage children;
  {
    LockGuard guard(tasks_lock);
    children = ctx.process().children_usage();
  }
  TRY(put_if(times, abi::tms{.user = own.user_ns() / kTickNs,
                             .system = own.system_ns / kTickNs,
                             .children_user = children.user_ns() / kTickNs,
                             .children_system = children.system_ns / kTickNs}));
  return static_cast<uint64_t>(hal::now().ns / kTickNs);
}

abi::rusage to_rusage(const Usage& usage) {
  abi::rusage out{};
  out.user_time = to_timeval(nanoseconds(usage.user_ns()));
  out.system_time = to_timeval(nanoseconds(usage.system_ns));
  return out;
}

Usage usage_of(const Thread& thread) {
  const Thread::Stats stats = thread.stats();
  return {.cpu_ns = stats.runtime.ns, .system_ns = std::min(stats.system.ns, stats.runtime.ns)};
}

SysResult sys_getrusage(SyscallContext& ctx, int32_t who, UserOut<abi::rusage> out) {
  enum Who : int32_t { kThread = 1, kSelf = 0, kChildren = -1 };
  Usage usage;
  switch (who) {
    case kSelf:
      usage = ctx.process().usage();
      break;
    case kThread:
      usage = usage_of(ctx.thread());
      break;
    case kChildren: {
      LockGuard guard(tasks_lock);
      usage = ctx.process().children_usage();
      break;
    }
    default:
      return fail(Errno::INVAL);
  }
  TRY(put(out, to_rusage(usage)));
  return 0;
}

}  // namespace jacinth::linux
