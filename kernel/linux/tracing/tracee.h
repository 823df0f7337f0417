// Tracee: what a thread's tracer has asked of it, and the stop that it is in.
//
//             attached                 a reason to stop
//    (none) ───────────► Running ────────────────────────► Stopped ───┐
//      ▲                  ▲ │ ▲      PTRACE_CONT and its like │ ▲       │ PTRACE_LISTEN
//      │ detached         │ │ └──────────────────────────────┘ │       ▼
//      │                  │ └────────── something new ─────────┴── Listening
//      └──────────────────┴─ Ended: the thread is gone, and its tracer has not waited for it yet
//
// In the list of its tracer's process. A tracer is a thread: it alone may ask for things, though
// every thread of its process may wait for the stops.
#pragma once

#include <cstdint>

#include "abi/linux/ptrace.h"
#include "abi/linux/types.h"
#include "base/heap.h"
#include "base/intrusive.h"
#include "exec/waiter.h"
#include "linux/task/child_status.h"

namespace jacinth::linux {

class LinuxThread;
class LinuxProcess;

// Made when the thread is first traced, and kept as long as the thread. All under tasks_lock, but
// that the thread itself may read what only it writes.
struct Tracee : HeapAllocated {
  explicit Tracee(LinuxThread& owner) : thread(owner) {}

  enum class State : uint8_t { Running, Stopped, Listening, Ended };
  // How it was told to go on.
  enum class Run : uint8_t { Continue, Calls, Step };
  enum class Why : uint8_t { Signal, CallEntry, CallExit, Event, Trap, Group };

  LinuxThread& thread;
  LinuxThread* tracer = nullptr;  // null: nobody (any more)
  ListHook link;
  RefPtr<RefCounted> kept;  // Ended: the thread
  uint32_t options = 0;
  bool seized = false;
  State state = State::Running;
  Run run = Run::Continue;

  // --- The stop. The thread's registers may be reached while `waiter` is set.
  Why why = Why::Signal;
  uint32_t code = 0;     // as wait tells it: a signal, and an event shifted left by 8
  bool untold = false;   // wait has not told it yet
  bool at_exit = false;  // the last one; not even a kill ends it
  bool has_info = false;
  abi::siginfo info;
  uint64_t message = 0;
  int32_t resume_signal = 0;  // what the thread is to take when it goes on
  exec::Waiter* waiter = nullptr;
  ChildStatus end;  // Ended

  // --- Reasons to stop at the border to user mode.
  bool trap_wanted = false;    // PTRACE_INTERRUPT; a seized thread's first stop
  bool notify_wanted = false;  // seized: SIGCONT has come
  bool group_stop = false;     // its process has stopped

  // The number of the call it is in, which the tracer may change; -1: none.
  int64_t call_number = -1;
};

}  // namespace jacinth::linux
