#include "linux/events/timer_file.h"

#include <algorithm>

#include "hal/clock.h"
#include "linux/files/transfer.h"
#include "linux/syscall_prototypes.h"
#include "linux/task/linux_process.h"
#include "linux/time/time_values.h"

namespace jacinth::linux {

namespace {
constexpr char kTimerKind = 0;
}

ErrnoOr<RefPtr<TimerFile>> TimerFile::create(int32_t clock, uint32_t flags) {
  return to_errno(make_ref<TimerFile>(TRY(make_anonymous_node("timerfd")), clock, flags));
}

TimerFile::TimerFile(RefPtr<fs::Node> node, int32_t clock, uint32_t flags)
    : AnonymousFile(std::move(node), flags | fs::open_flags::kReadWrite), clock_(clock) {}

TimerFile* TimerFile::of(fs::File& file) {
  return file.kind() == &kTimerKind ? static_cast<TimerFile*>(&file) : nullptr;
}

const void* TimerFile::kind() const { return &kTimerKind; }

void TimerFile::on_deadline() {
  auto state = state_.lock();
  // Set anew just before this.
  if (state->fired || !hal::has_passed(state->next)) return;
  state->times = 1;
  state->fired = true;
  update_signals(0, fs::ready::kIn);
}

void TimerFile::catch_up(State& state) {
  if (!state.fired || state.interval.ns == 0) return;
  const int64_t late = std::max<int64_t>((hal::now() - state.next).ns, 0);
  const int64_t missed = late / state.interval.ns;
  state.times += static_cast<uint64_t>(missed);
  state.next = state.next + nanoseconds(state.interval.ns * (missed + 1));
  state.fired = false;
  arm(state.next);
}

TimerFile::Setting TimerFile::get() {
  auto state = state_.lock();
  catch_up(*state);
  Setting setting{.left = {}, .interval = state->interval};
  if (!state->fired && state->next != kForever)
    setting.left = nanoseconds(std::max<int64_t>((state->next - hal::now()).ns, 1));
  return setting;
}

TimerFile::Setting TimerFile::set(Instant when, Duration interval) {
  LockGuard guard(setting_lock_);
  const Setting before = get();
  auto state = state_.lock();
  // on_deadline() may be waiting for the lock: it will see that it is late.
  (void)cancel_without_waiting();
  update_signals(fs::ready::kIn, 0);
  *state = {.next = when, .interval = interval};
  if (when != kForever) arm(when);
  return before;
}

ErrnoOr<uint64_t> TimerFile::take() {
  auto state = state_.lock();
  if (state->times == 0) return fail(Errno::AGAIN);
  update_signals(fs::ready::kIn, 0);
  catch_up(*state);
  return std::exchange(state->times, 0);
}

ErrnoOr<size_t> TimerFile::deliver(uint64_t times, fs::IoTarget to) {
  to.limit(sizeof times);
  return to.put(std::as_bytes(std::span(&times, 1)));
}

exec::Task<ErrnoOr<size_t>> TimerFile::read_slowly(RefPtr<TimerFile> file, fs::IoTarget to) {
  for (;;) {
    const Status status = co_await fs::wait_for(file, fs::ready::kIn, kForever);
    if (const auto times = file->take()) co_return deliver(*times, to);
    if (status != Status::Ok) co_return fail(to_errno(status));
  }
}

fs::File::Transferred TimerFile::read(fs::IoTarget to, fs::IoFlags how) {
  if (to.remaining() < sizeof(uint64_t)) return ErrnoOr<size_t>(fail(Errno::INVAL));
  if (const auto times = take()) return deliver(*times, to);
  if (how.no_wait || non_blocking()) return ErrnoOr<size_t>(fail(Errno::AGAIN));
  return read_slowly(RefPtr<TimerFile>(this), to);
}

// --- The calls

namespace {

ErrnoOr<RefPtr<fs::File>> timer_at(SyscallContext& ctx, int32_t fd) {
  auto file = TRY(ctx.self().files->get(fd));
  if (TimerFile::of(*file) == nullptr) return fail(Errno::INVAL);
  return file;
}

abi::itimerspec to_abi(const TimerFile::Setting& setting) {
  return {.interval = to_timespec(setting.interval), .value = to_timespec(setting.left)};
}

bool is_timer_clock(int32_t clock) {
  return clock == kClockRealtime || clock == kClockMonotonic || clock == kClockBoottime ||
         clock == kClockRealtimeAlarm || clock == kClockBoottimeAlarm;
}

}  // namespace

SysResult sys_timerfd_create(SyscallContext& ctx, int32_t clock, uint32_t flags) {
  using namespace fs::open_flags;
  if ((flags & ~(kNonBlock | kCloseOnExec)) != 0 || !is_timer_clock(clock))
    return fail(Errno::INVAL);
  constexpr uint64_t kWakeAlarm = uint64_t{1} << 35;
  const bool wakes = clock == kClockRealtimeAlarm || clock == kClockBoottimeAlarm;
  if (wakes && (ctx.process().credentials.lock()->capabilities.effective & kWakeAlarm) == 0)
    return fail(Errno::PERM);
  return install(ctx, TRY(TimerFile::create(clock, flags & kNonBlock)), flags);
}

// The clocks cannot be set, so TFD_TIMER_CANCEL_ON_SET has nothing to do.
SysResult sys_timerfd_settime(SyscallContext& ctx, int32_t fd, uint32_t flags,
                              UserIn<abi::itimerspec> value, UserOut<abi::itimerspec> old) {
  constexpr uint32_t kCancelOnSet = 2;
  const auto wanted = TRY(get(value));
  if ((flags & ~(kTimerAbsolute | kCancelOnSet)) != 0) return fail(Errno::INVAL);
  const Duration first = TRY(to_duration(wanted.value));
  const Duration interval = TRY(to_duration(wanted.interval));
  const auto file = TRY(timer_at(ctx, fd));
  TimerFile& timer = *TimerFile::of(*file);
  Instant when = kForever;
  if (first.ns != 0) {
    when = (flags & kTimerAbsolute) != 0 ? TRY(instant_of(timer.clock(), first))
                                         : hal::now() + first;
  }
  TRY(put_if(old, to_abi(timer.set(when, interval))));
  return 0;
}

SysResult sys_timerfd_gettime(SyscallContext& ctx, int32_t fd, UserOut<abi::itimerspec> value) {
  const auto file = TRY(timer_at(ctx, fd));
  TRY(put(value, to_abi(TimerFile::of(*file)->get())));
  return 0;
}

}  // namespace jacinth::linux
