// What happens to a thread's signals at the border to user mode.
#pragma once

#include "exec/task.h"
#include "linux/task/linux_thread.h"

namespace jacinth::linux {

// Whether a call that ended so was interrupted, and may be made again.
constexpr bool is_restart(Errno error) {
  return error == Errno::RESTARTSYS || error == Errno::RESTARTNOINTR ||
         error == Errno::RESTARTNOHAND || error == Errno::RESTART_RESTARTBLOCK;
}

// Takes the thread's pending signals: sets up handlers, ends or stops its process. Decides what
// becomes of an interrupted call. The outcome does not matter.
exec::Eventually<Status> deliver_signals(Thread& thread);

// Whether the thread's stack pointer is on its alternate stack.
bool is_on_alt_stack(const LinuxThread& self);

// A program's exception as the signal it stands for.
exec::Eventually<Status> deliver_exception_signal(Thread& thread, const ExceptionReport& report);

}  // namespace jacinth::linux
