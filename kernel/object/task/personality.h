// Personality: what gives a process its system calls. Zircon's, Linux's, a test's.
#pragma once

#include <coroutine>
#include <cstdint>
#include <utility>

#include "base/result.h"
#include "exec/task.h"
#include "hal/call_server.h"
#include "object/task/exception.h"

namespace jacinth {

class Process;
class Thread;

// What a system call leaves in the program's result register: the value, or the Status that
// Personality::error_value() turns into one.
using CallResult = Result<uint64_t>;

// What a system call comes to: its result, or the task that will bring it. A call that has no value
// but a status need not wrap its task in another one; OK leaves 0.
class CallOutcome {
 public:
  CallOutcome(exec::Eventually<CallResult> call) : call_(std::move(call)) {}
  CallOutcome(CallResult result) : call_(std::move(result)) {}
  CallOutcome(exec::Task<Status> task)
      : call_(exec::Task<CallResult>()), status_task_(std::move(task)) {}

  bool ready() const { return call_.ready(); }
  CallResult& value() { return call_.value(); }

  // Once, when it is not ready.
  auto operator co_await() && {
    struct Awaiter {
      decltype(std::declval<exec::Task<CallResult>>().operator co_await()) call;
      decltype(std::declval<exec::Task<Status>>().operator co_await()) status;
      bool await_ready() { return call.await_ready() && status.await_ready(); }
      std::coroutine_handle<> await_suspend(std::coroutine_handle<> caller) {
        return call.await_ready() ? status.await_suspend(caller) : call.await_suspend(caller);
      }
      CallResult await_resume() {
        if (!call.await_ready()) return call.await_resume();
        const Status outcome = status.await_resume();  // NO_MEMORY when there was no task at all
        if (outcome != Status::Ok) return fail(outcome);
        return 0;
      }
    };
    return Awaiter{std::move(call_.task()).operator co_await(),
                   std::move(status_task_).operator co_await()};
  }

 private:
  exec::Eventually<CallResult> call_;
  exec::Task<Status> status_task_;
};

// Outlives its processes. All hooks run on the CPU of the thread they are about, in its address
// space and without any lock, unless they say otherwise.
class Personality {
 public:
  // The system call that `thread` has just made; number and arguments are in thread.context(). A
  // call that does not have to wait returns its result itself: then no coroutine is touched. The
  // thread loop puts the result into the register. A call that waits says why with
  // thread.set_blocked_reason(); kill and suspend end its waits with INTERNAL_INTR_RETRY.
  virtual CallOutcome syscall(Thread& thread) = 0;

  // The result register's value for a call that ended with `status`.
  virtual uint64_t error_value(Status status) const = 0;

  // `thread` has run into an exception. OK: run it again, with its context as it is now. Anything
  // else: the process is killed with task_code::kException; NEXT tells that somebody knows about
  // it, so that it need not be shown on the console. The default asks the exception channels
  // (object/task/exception_delivery.h).
  virtual exec::Eventually<Status> on_exception(Thread& thread, const ExceptionReport& report);

  // Before `thread` goes on in user mode, after Thread::request_attention(). The place for what
  // must happen between two instructions of the program (signals of a Linux process).
  virtual exec::Eventually<Status> on_attention(Thread& thread) { return Status::Ok; }

  // `thread` is about to go on in user mode after it was off its CPU, or may have been: because it
  // was `interrupted`, or in a call. It may be on another CPU than before.
  virtual void on_return(Thread& thread, bool interrupted) {}

  // `thread`, which may be its process's first, runs for the first time; its context is set up. The
  // outcome does not matter.
  virtual exec::Eventually<Status> on_thread_start(Thread& thread, bool first);
  // `thread` will never run again; its process's memory and handles are still there. The outcome
  // does not matter.
  virtual exec::Eventually<Status> on_thread_exit(Thread& thread);
  // The last thread has gone, or the process was killed before it had one; memory and handles are
  // gone. Perhaps in the time of a thread that has nothing to do with it.
  virtual void on_process_exit(Process& process) {}

  // The short way for calls that can be served where they arrive (object/task/spot_server.h); the
  // others come to syscall(), and here all of them do.
  virtual hal::CallServer::Serve spot_server() const;

 protected:
  ~Personality() = default;
};

}  // namespace jacinth
