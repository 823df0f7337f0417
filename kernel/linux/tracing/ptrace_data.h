// Reaching a stopped tracee: for the parts of sys_ptrace.
#pragma once

#include <type_traits>

#include "linux/syscall_context.h"
#include "linux/tracing/tracing.h"

namespace jacinth::linux {

// SRCH: the thread does not trace it.
ErrnoOr<Tracee*> find_tracee(LinuxThread& tracer, int32_t id) REQUIRES(tasks_lock);

// Runs body(Tracee&), which must not touch user memory, while it is stopped. SRCH: it is not.
template <typename F>
auto with_stopped(LinuxThread& tracer, int32_t id, F&& body) -> std::invoke_result_t<F, Tracee&> {
  LockGuard guard(tasks_lock);
  Tracee& tracee = *TRY(find_tracee(tracer, id));
  if (!Tracing::is_stopped(tracee)) return fail(Errno::SRCH);
  return body(tracee);
}
// The same for what cannot fail otherwise.
template <typename F>
auto ask(LinuxThread& tracer, int32_t id, F&& body) -> ErrnoOr<std::invoke_result_t<F, Tracee&>> {
  using Answer = ErrnoOr<std::invoke_result_t<F, Tracee&>>;
  return with_stopped(tracer, id, [&](Tracee& tracee) -> Answer {
    tasks_lock.assert_held();
    return body(tracee);
  });
}

// Requests on memory and registers. IO: no such request.
SysResult ptrace_data(LinuxThread& self, uint64_t request, int32_t id, VirtAddr address,
                      uint64_t data);

}  // namespace jacinth::linux
