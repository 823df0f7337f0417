// SpotServer: serves a thread's system calls where they arrive, as most of them need no more.
//
// What it does is compiled into each personality's own function, which assembler calls: of the
// instructions of a short call every other would be spent on getting from one function to the next.
#pragma once

#include <atomic>

#include "exec/executor.h"
#include "exec/trace_ring.h"
#include "hal/call_server.h"
#include "object/task/process.h"
#include "object/task/thread.h"

namespace jacinth {

class SpotServer : public hal::CallServer {
 public:
  // What has become of a call.
  enum class Served : uint8_t {
    Done,    // its result is in the register
    Waits,   // the task will bring its status; OK leaves 0 in the register
    NotYet,  // nothing: it is Personality::syscall()'s
  };

  // On the CPU of `executor`, where `thread` is about to run; `wait` gets the task of a call that
  // waits.
  SpotServer(Thread& thread, exec::Executor& executor, exec::Task<Status>& wait)
      : hal::CallServer{thread.process().personality().spot_server()},
        thread_(thread),
        executor_(executor),
        wait_(wait) {}

  // Of the last call.
  Served served() const { return served_; }

  // What Personality::spot_server() gives: call(thread, wait) serves one call and returns a Served.
  // Of thread.context() it may look only at what hal::CallServer says.
  template <typename F>
  static bool serve_by(hal::CallServer& self, F call) {
    return static_cast<SpotServer&>(self).serve_here(call);
  }

 private:
  template <typename F>
  [[gnu::always_inline]] bool serve_here(F call) {
    Thread& thread = thread_;  // stays in a register
    executor_.count_syscall();
    using namespace exec::trace_group;
    Served served = Served::NotYet;
    if (!exec::traces(kSyscall | kPrintedCalls)) [[likely]]
      served = call(thread, wait_);
    // Where something is to be done before the program goes on, it is done in Thread::run_user().
    if (served != Served::Done || thread.has_attention()) [[unlikely]] {
      served_ = served;
      return false;
    }
    executor_.prepare_user();
    return true;
  }

  Thread& thread_;
  exec::Executor& executor_;
  exec::Task<Status>& wait_;
  Served served_ = Served::NotYet;
};

}  // namespace jacinth
