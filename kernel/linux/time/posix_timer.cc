#include "linux/time/posix_timer.h"

#include <algorithm>

#include "hal/clock.h"
#include "linux/signals/send.h"
#include "linux/task/task_table.h"

namespace jacinth::linux {

bool PosixTimer::counts_cpu_time() const {
  return clock_ == kClockProcessCpu || clock_ == kClockThreadCpu || clock_ < 0;
}

Duration PosixTimer::reading() {
  if (!counts_cpu_time()) return nanoseconds(hal::now().ns);
  return thread_ ? thread_->stats().runtime : process_.runtime();
}

int64_t PosixTimer::speed() { return thread_ ? 1 : process_.thread_count(); }

void PosixTimer::expired(uint64_t times) {
  if (notice_.signal == 0) return;
  const auto more = static_cast<int32_t>(std::min<uint64_t>(times - 1, 0x7fff'ffff));
  abi::siginfo info{};
  info.signal = notice_.signal;
  info.code = signal_code::kTimer;
  info.timer.timer = id_;
  info.timer.overrun = more;
  info.timer.value = notice_.value;
  LockGuard guard(tasks_lock);
  LinuxThread* thread = nullptr;
  if (notice_.thread != 0) {
    thread = tasks().find_thread(notice_.thread);
    if (thread == nullptr || &thread->process() != &process_) return;
  }
  // While its signal waits to be taken there is never a second.
  if (const auto pending = add_timer_overrun(process_, thread, info)) {
    overruns_.store(*pending, std::memory_order_relaxed);
    return;
  }
  overruns_.store(more, std::memory_order_relaxed);
  (void)(thread != nullptr ? send_signal(*thread, info) : send_signal(process_, info));
}

ErrnoOr<int32_t> PosixTimers::add(LinuxProcess& process, int32_t clock, RefPtr<Thread> thread,
                                  PosixTimer::Notice notice, bool value_is_id) {
  LockGuard guard(lock_);
  if (timers_.size() >= kMost) return fail(Errno::AGAIN);
  const int32_t id = next_id_;
  if (value_is_id) notice.value = static_cast<uint64_t>(id);
  auto timer = TRY(to_errno(make_ref<PosixTimer>(process, id, clock, std::move(thread), notice)));
  TRY(to_errno(timers_.push_back(std::move(timer))));
  ++next_id_;
  return id;
}

ErrnoOr<size_t> PosixTimers::index_of(int32_t id) {
  const auto found =
      std::ranges::find_if(timers_, [id](const auto& timer) { return timer->id() == id; });
  if (found == timers_.end()) return fail(Errno::INVAL);
  return static_cast<size_t>(found - timers_.begin());
}

ErrnoOr<RefPtr<PosixTimer>> PosixTimers::find(int32_t id) {
  LockGuard guard(lock_);
  return timers_[TRY(index_of(id))];
}

ErrnoOr<> PosixTimers::remove(int32_t id) {
  RefPtr<PosixTimer> timer;
  {
    LockGuard guard(lock_);
    const size_t index = TRY(index_of(id));
    timer = std::move(timers_[index]);
    timers_.erase(index);
  }
  timer->stop();
  return {};
}

size_t PosixTimers::count() {
  LockGuard guard(lock_);
  return timers_.size();
}

void PosixTimers::remove_all() {
  Vector<RefPtr<PosixTimer>> all;
  {
    LockGuard guard(lock_);
    std::swap(all, timers_);
    next_id_ = 0;
  }
  for (const RefPtr<PosixTimer>& timer : all) timer->stop();
}

}  // namespace jacinth::linux
