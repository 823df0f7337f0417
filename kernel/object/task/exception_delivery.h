// Asking those who listen on exception channels what to do about an exception.
#pragma once

#include "exec/task.h"
#include "object/handle.h"
#include "object/task/exception.h"

namespace jacinth {

class Thread;

// A channel on which the exceptions of `task` (thread, process or job) come from now on; the handle
// is its user's end. `task_rights` are those that handles to thread and process made from an
// exception will have. `debugger`: be asked first, and told of starts and exits.
// WRONG_TYPE: not a task. INVALID_ARGS: debugger of a thread. BAD_STATE: the task is dying or dead.
// ALREADY_BOUND: someone listens there. NO_MEMORY.
Result<Handle> create_exception_channel(KernelObject& task, bool debugger, Rights task_rights);

// The current thread has run into `report`: asks the process's debugger, the thread's handler, the
// process's, the debugger again if it wished so, then the jobs' from the nearest up, until one says
// that it is handled (OK). NEXT: nobody did; NOT_FOUND: and nobody was asked. CANCELED: the thread
// was killed meanwhile.
exec::Task<Status> deliver_exception(Thread& thread, ExceptionReport report);

// Tell debuggers that the current thread (and with `process` its process) starts, or exits; wait
// until they let go.
exec::Task<Status> announce_start(Thread& thread, bool process);
exec::Task<Status> announce_exit(Thread& thread);
// Whether anyone would be told, so that no coroutine is needed when not.
bool debugger_attached(const Thread& thread);

}  // namespace jacinth
