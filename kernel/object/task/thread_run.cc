// What a thread does itself: the loop that runs its program and serves it.
#include "exec/executor.h"
#include "exec/reaper.h"
#include "exec/trace_ring.h"
#include "object/task/process.h"
#include "object/task/spot_server.h"
#include "object/task/thread.h"

namespace jacinth {
void Thread::set_result(const CallResult& result) {
  exec::trace(exec::trace_event::kSyscallExit, koid(), context_.syscall_number(),
              static_cast<uint32_t>(result ? 0 : static_cast<int32_t>(result.error())));
  context_.set_syscall_result(result ? *result
                                     : process_->personality().error_value(result.error()));
}

void Thread::set_result(Status status) {
  set_result(status == Status::Ok ? CallResult(0) : CallResult(fail(status)));
}

// The hot loop, a plain function: a system call that does not wait, a page fault and an interrupt
// that changes nothing never touch a coroutine.
Thread::Stop Thread::run_user(UserStop& stop) {
  exec::Executor& executor = exec::Executor::current();
  Personality& personality = process_->personality();
  SpotServer server(*this, executor, stop.wait);
  for (;;) {
    // Either call_attention() has seen that this thread runs here, or we see its bits: the executor
    // made the thread Running first.
    if (attention_.load(std::memory_order_seq_cst) != 0) return Stop::Attention;
    executor.prepare_user();
    if (time_split_.measures()) [[unlikely]]
      time_split_.end(runtime());
    const hal::UserExit exit = hal::enter_user(context_, server);
    const bool served = exit.reason == hal::UserExit::Reason::Syscall &&
                        server.served() == SpotServer::Served::Done;
    if (!served && time_split_.enters()) [[unlikely]]
      time_split_.begin(runtime());
    switch (exit.reason) {
      case hal::UserExit::Reason::Syscall: {
        if (server.served() == SpotServer::Served::Done) break;
        if (server.served() == SpotServer::Served::Waits) return Stop::Wait;
        exec::trace(exec::trace_event::kSyscallEnter, koid(), context_.syscall_number());
        CallOutcome outcome = personality.syscall(*this);
        if (!outcome.ready()) {
          stop.call.emplace(std::move(outcome));
          return Stop::Call;
        }
        set_result(outcome.value());
        break;
      }
      case hal::UserExit::Reason::Interrupt:
        if (executor.poll()) return Stop::Yield;
        break;
      case hal::UserExit::Reason::PageFault: {
        exec::count(executor.counters().faults);
        exec::trace(exec::trace_event::kPageFault, koid(), raw(exit.address),
                    raw(exit.address) >> 32, static_cast<uint32_t>(exit.access));
        const Result<> resolved = process_->address_space().handle_fault(exit.address, exit.access);
        if (resolved) break;
        // What has been destroyed may have the memory: tried again when that is free.
        if (resolved.error() == Status::NoMemory && exec::reaping()) return Stop::Yield;
        stop.report = report_of(exit);
        stop.page = exit.address;
        return resolved.error() == Status::Async ? Stop::Page : Stop::Exception;
      }
      case hal::UserExit::Reason::Exception:
        stop.report = report_of(exit);
        return Stop::Exception;
    }
  }
}

// The root of the thread's activity. A full frame arena makes an awaited function end with
// NO_MEMORY before it has begun; the loop then comes back to it.
exec::Task<void> Thread::run(bool first_of_process) {
  exec::trace(exec::trace_event::kThreadStart, koid(), process_->koid());
  exec::count(exec::Executor::current().counters().threads);
  if (first_of_process) exec::count(exec::Executor::current().counters().processes);
  (void)co_await process_->personality().on_thread_start(*this, first_of_process);
  UserStop stop;
  for (;;) {
    const Stop why = run_user(stop);
    context_.leave_cpu();
    switch (why) {
      case Stop::Attention:
        if (co_await settle() != Status::Canceled) break;
        hal::release_fpu(context_);  // here, where its registers may be; others may destroy it
        while (co_await leave() != Status::Ok) co_await exec::yield();
        co_return;
      case Stop::Yield:
        co_await exec::yield();
        break;
      case Stop::Wait:
        set_result(co_await std::move(stop.wait));
        set_blocked_reason(BlockedReason::None);
        break;
      case Stop::Call:
        set_result(co_await std::move(*stop.call));
        stop.call.reset();
        set_blocked_reason(BlockedReason::None);
        break;
      case Stop::Exception:
        (void)co_await handle_exception(stop.report);
        break;
      case Stop::Page:
        (void)co_await wait_for_page(stop);
        break;
    }
    const bool in_call = why == Stop::Call || why == Stop::Wait;
    process_->personality().on_return(*this, !in_call);
  }
}

// A page that its source cannot bring is as if nothing were mapped there.
exec::Task<Status> Thread::wait_for_page(const UserStop& stop) {
  set_blocked_reason(BlockedReason::Pager);
  const Status status = co_await process_->address_space().fetch(stop.page, 1);
  set_blocked_reason(BlockedReason::None);
  if (status == Status::Ok || status == Status::InternalIntrRetry) co_return Status::Ok;
  if (status != Status::NoMemory) co_return co_await handle_exception(stop.report);
  co_await exec::yield();
  co_return Status::Ok;
}

// Does what is asked of the thread at the border to user mode. CANCELED: it is to end.
exec::Task<Status> Thread::settle() {
  for (;;) {
    const uint32_t wanted = attention_.load(std::memory_order_acquire);
    if (wanted == 0) co_return Status::Ok;
    if ((wanted & (kKill | kExit)) != 0) co_return Status::Canceled;
    if ((wanted & kPolicyException) != 0) {
      attention_.fetch_and(~uint32_t{kPolicyException}, std::memory_order_acq_rel);
      (void)co_await handle_exception({.type = ExceptionType::PolicyError});
    } else if ((wanted & kPersonality) != 0) {
      {
        LockGuard guard(lock_);
        clear_attention(kPersonality);
      }
      (void)co_await process_->personality().on_attention(*this);
    } else if ((wanted & kSuspend) != 0) {
      (void)co_await stay_suspended();
    } else {
      attention_.fetch_and(~uint32_t{kReschedule}, std::memory_order_acq_rel);
      co_await exec::yield();
    }
  }
}

exec::Task<Status> Thread::stay_suspended() {
  // Here, on its own CPU, so that others need not reach for its registers.
  hal::release_fpu(context_);
  exec::Waiter waiter;
  {
    LockGuard guard(lock_);
    if (suspensions_ == 0 || killed()) co_return Status::Ok;
    state_ = State::Suspended;
    stopped_in_ = &waiter;
    update_signals(signals::kThreadRunning, signals::kThreadSuspended);
  }
  const Status outcome = co_await waiter.wait(kForever, {}, exec::Interruptible::No);
  LockGuard guard(lock_);
  stopped_in_ = nullptr;
  state_ = State::Running;
  update_signals(signals::kThreadSuspended, signals::kThreadRunning);
  co_return outcome;
}

bool Thread::enter_exception(const ExceptionReport& report, ExceptionHandler handler,
                             exec::Waiter& waiter) {
  hal::release_fpu(context_);
  LockGuard guard(lock_);
  if (killed()) return false;
  report_ = report;
  handler_ = handler;
  stopped_in_ = &waiter;
  set_blocked_reason(BlockedReason::Exception);
  return true;
}

exec::Task<Status> Thread::wait_in_exception(exec::Waiter& waiter) {
  const Status outcome = co_await waiter.wait(kForever, {}, exec::Interruptible::No);
  LockGuard guard(lock_);
  stopped_in_ = nullptr;
  handler_ = ExceptionHandler::None;
  set_blocked_reason(BlockedReason::None);
  co_return outcome;
}

exec::Task<Status> Thread::handle_exception(const ExceptionReport& report) {
  exec::count(exec::Executor::current().counters().exceptions);
  const Status answer = co_await process_->personality().on_exception(*this, report);
  if (answer == Status::Ok || killed()) co_return Status::Ok;
  // Who was asked about it, a shell for example, tells what it thinks of it.
  log_unhandled(*this, report, answer == Status::Next ? LogSeverity::Debug : LogSeverity::Error);
  process_->kill(task_code::kException);
  co_return Status::Ok;
}

// The thread's last act. Its frames go afterwards, unseen by anybody.
exec::Task<Status> Thread::leave() {
  {
    LockGuard guard(lock_);
    state_ = State::Dying;
  }
  exec::trace(exec::trace_event::kThreadExit, koid());
  (void)co_await process_->personality().on_thread_exit(*this);
  channel_call_.abandon();
  process_->futexes().thread_exited(futex_thread_);
  exceptions_.close();
  {
    LockGuard guard(lock_);
    state_ = State::Dead;
    update_signals(signals::kThreadRunning | signals::kThreadSuspended, signals::kTaskTerminated);
  }
  process_->thread_left(*this);
  co_return Status::Ok;
}

}  // namespace jacinth
