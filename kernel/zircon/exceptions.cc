// System calls on exceptions (27, 28) and the channels they come through (135).
#include "object/task/exception_channel.h"

#include <zircon/syscalls/ipc.h>

#include "object/ipc/channel.h"
#include "object/task/exception_object.h"
#include "object/task/job.h"
#include "zircon/context.h"
#include "zircon/syscall_prototypes.h"

namespace jacinth::zircon {
namespace {

// The channel of a task that the options ask for, kept alive by `task`. INVALID_ARGS: a thread has
// none for debuggers. WRONG_TYPE: not a task.
Result<ExceptionChannel*> channel_of(KernelObject& task, bool debugger) {
  switch (task.type()) {
    case ObjectType::Thread:
      if (debugger) return fail(Status::InvalidArgs);
      return &static_cast<Thread&>(task).exceptions();
    case ObjectType::Process: {
      auto& process = static_cast<Process&>(task);
      return debugger ? &process.debugger() : &process.exceptions();
    }
    case ObjectType::Job: {
      auto& job = static_cast<Job&>(task);
      return debugger ? &job.debugger() : &job.exceptions();
    }
    default:
      return fail(Status::WrongType);
  }
}

}  // namespace

Result<> sys_task_create_exception_channel(SyscallContext& ctx, HandleValue handle,
                                           uint32_t options, UserOut<HandleValue> out) {
  if ((options & ~ZX_EXCEPTION_CHANNEL_DEBUGGER) != 0) return fail(Status::InvalidArgs);
  TRY(ctx.allow(PolicyCondition::NewChannel));
  Rights held = 0;
  auto task = TRY(ctx.get<KernelObject>(
      handle, rights::kInspect | rights::kDuplicate | rights::kTransfer | rights::kManageThread,
      &held));
  ExceptionChannel* channel = TRY(channel_of(*task, options != 0));
  const bool of_thread = task->type() == ObjectType::Thread;
  if (!of_thread && (held & rights::kEnumerate) == 0) return fail(Status::AccessDenied);

  auto [kernel_end, user_end] = TRY(Channel::create());
  // Who listens to a thread gets no handle to its process.
  TRY(channel->bind(std::move(kernel_end), held, of_thread ? rights::kNone : held));
  user_end.replace_rights(rights::kTransfer | rights::kWait | rights::kRead);
  return ctx.deliver(out, std::move(user_end));
}

Result<> sys_exception_get_thread(SyscallContext& ctx, HandleValue handle,
                                  UserOut<HandleValue> out) {
  auto exception = TRY(ctx.get<Exception>(handle));
  return ctx.deliver(out, TRY(exception->thread_handle()));
}

Result<> sys_exception_get_process(SyscallContext& ctx, HandleValue handle,
                                   UserOut<HandleValue> out) {
  auto exception = TRY(ctx.get<Exception>(handle));
  return ctx.deliver(out, TRY(exception->process_handle()));
}

}  // namespace jacinth::zircon
