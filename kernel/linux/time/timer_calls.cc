// alarm, setitimer, getitimer; timer_create and its kin.
#include "linux/signals/send.h"
#include "linux/syscall_prototypes.h"
#include "linux/task/task_table.h"
#include "linux/time/time_values.h"

namespace jacinth::linux {
namespace {

abi::itimerval to_abi(const ClockTimer::Setting& setting) {
  auto left = to_timeval(setting.left);
  // 0 would tell that it is not set.
  if (setting.left.ns != 0 && left.seconds == 0 && left.microseconds == 0) left.microseconds = 1;
  return {.interval = to_timeval(setting.interval), .value = left};
}

// INVAL: no such timer.
ErrnoOr<IntervalTimer*> timer_of(LinuxProcess& process, int32_t which) {
  enum Which : int32_t { kReal = 0, kVirtual = 1, kProfiling = 2 };
  switch (which) {
    case kReal:
      return &process.alarm;
    case kVirtual:
      return &process.virtual_alarm;
    case kProfiling:
      return &process.profiling_alarm;
    default:
      return fail(Errno::INVAL);
  }
}

}  // namespace

SysResult sys_alarm(SyscallContext& ctx, uint32_t seconds_from_now) {
  constexpr int64_t kSecond = 1'000'000'000;
  const auto before = ctx.process().alarm.set({.left = seconds(seconds_from_now), .interval = {}});
  // Rounded, but never to 0 while something was left.
  return static_cast<uint64_t>((before.left.ns + kSecond - 1) / kSecond);
}

SysResult sys_getitimer(SyscallContext& ctx, int32_t which, UserOut<abi::itimerval> value) {
  TRY(put(value, to_abi(TRY(timer_of(ctx.process(), which))->get())));
  return 0;
}

SysResult sys_setitimer(SyscallContext& ctx, int32_t which, UserIn<abi::itimerval> value,
                        UserOut<abi::itimerval> old) {
  IntervalTimer::Setting wanted;
  if (!value.is_null()) {
    const auto given = TRY(get(value));
    wanted = {.left = TRY(to_duration(given.value)), .interval = TRY(to_duration(given.interval)) };
  }
  IntervalTimer* const timer = TRY(timer_of(ctx.process(), which));
  TRY(put_if(old, to_abi(timer->set(wanted))));
  return 0;
}

// --- timer_create

namespace {

struct SignalEvent {  // struct sigevent
  uint64_t value;
  int32_t signal;
  int32_t notify;
  int32_t thread;
  uint8_t padding[44];
};
static_assert(sizeof(SignalEvent) == 64);
enum Notify : int32_t { kSignal = 0, kNone = 1, kCallback = 2, kThreadId = 4 };

// OPNOTSUPP: a clock that has no timers.
ErrnoOr<> check_clock(int32_t clock) {
  switch (clock) {
    case kClockRealtime:
    case kClockMonotonic:
    case kClockBoottime:
    case kClockTai:
    case kClockProcessCpu:
    case kClockThreadCpu:
      return {};
    case kClockMonotonicRaw:
    case kClockRealtimeCoarse:
    case kClockMonotonicCoarse:
    case kClockRealtimeAlarm:
    case kClockBoottimeAlarm:
      return fail(Errno::OPNOTSUPP);
    default:
      return fail(Errno::INVAL);
  }
}

ErrnoOr<PosixTimer::Notice> to_notice(LinuxProcess& process, const SignalEvent& event) {
  PosixTimer::Notice notice{.signal = event.signal, .value = event.value};
  if (event.notify == kNone) {
    notice.signal = 0;
    return notice;
  }
  if (event.notify != kSignal && event.notify != kCallback && event.notify != kThreadId)
    return fail(Errno::INVAL);
  if (!is_signal(event.signal)) return fail(Errno::INVAL);
  if (event.notify != kThreadId) return notice;
  LockGuard guard(tasks_lock);
  LinuxThread* const thread = tasks().find_thread(event.thread);
  if (thread == nullptr || &thread->process() != &process) return fail(Errno::INVAL);
  notice.thread = event.thread;
  return notice;
}

// A timer's signal has its place in the queue from the beginning. AGAIN.
ErrnoOr<> check_room(LinuxProcess& process) {
  const uint64_t limit = process.limits.lock()->of[kLimitSigpending].soft;
  if (limit == kUnlimited) return {};
  const uint32_t user = process.credentials.lock()->user.real;
  LockGuard guard(tasks_lock);
  if (queued_signals_of(user) >= limit) return fail(Errno::AGAIN);
  return {};
}

abi::itimerspec to_spec(const ClockTimer::Setting& setting) {
  return {.interval = to_timespec(setting.interval), .value = to_timespec(setting.left)};
}

}  // namespace

SysResult sys_timer_create(SyscallContext& ctx, int32_t clock, UserIn<std::byte> event,
                           UserOut<int32_t> timer) {
  LinuxProcess& process = ctx.process();
  const bool has_event = !event.is_null();
  PosixTimer::Notice notice{.signal = kSigAlrm};
  // One's own clock by its number is the same.
  int32_t plain = clock;
  if (clock < 0) {
    TRY(read_clock(ctx, clock));
    plain = (clock & 4) != 0 ? kClockThreadCpu : kClockProcessCpu;
  }
  TRY(check_clock(plain));
  if (has_event) notice = TRY(to_notice(process, TRY(get(UserIn<SignalEvent>(event.address())))));
  RefPtr<Thread> counted;
  TRY(check_room(process));
  if (plain == kClockThreadCpu) counted = RefPtr<Thread>(&ctx.thread());
  const int32_t id =
      TRY(process.timers.add(process, plain, std::move(counted), notice, !has_event));
  const auto told = put(timer, id);
  if (told) return 0;
  (void)process.timers.remove(id);
  return fail(told.error());
}

SysResult sys_timer_settime(SyscallContext& ctx, int32_t timer, uint32_t flags,
                            UserIn<abi::itimerspec> value, UserOut<abi::itimerspec> old) {
  if (value.is_null()) return fail(Errno::INVAL);
  const auto wanted = TRY(get(value));
  const Duration first = TRY(to_duration(wanted.value));
  const Duration interval = TRY(to_duration(wanted.interval));
  const auto found = TRY(ctx.process().timers.find(timer));
  const bool absolute = (flags & kTimerAbsolute) != 0 && first.ns != 0;
  ClockTimer::Setting before;
  if (!absolute) {
    before = found->set({.left = first, .interval = interval});
  } else if (found->clock() == kClockProcessCpu || found->clock() == kClockThreadCpu) {
    before = found->set_at(first, interval);
  } else {
    before = found->set_at(TRY(instant_of(found->clock(), first)) - Instant{}, interval);
  }
  TRY(put_if(old, to_spec(before)));
  return 0;
}

SysResult sys_timer_gettime(SyscallContext& ctx, int32_t timer, UserOut<abi::itimerspec> value) {
  const auto found = TRY(ctx.process().timers.find(timer));
  TRY(put(value, to_spec(found->get())));
  return 0;
}

SysResult sys_timer_getoverrun(SyscallContext& ctx, int32_t timer) {
  return static_cast<uint64_t>(TRY(ctx.process().timers.find(timer))->overruns());
}

SysResult sys_timer_delete(SyscallContext& ctx, int32_t timer) {
  TRY(ctx.process().timers.remove(timer));
  return 0;
}

}  // namespace jacinth::linux
