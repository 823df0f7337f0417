// System calls on exceptions (27, 28) and the channels they come through (135).
#include <zircon/syscalls/ipc.h>

#include "object/task/exception_delivery.h"
#include "object/task/exception_object.h"
#include "zircon/context.h"
#include "zircon/syscall_prototypes.h"

namespace jacinth::zircon {

Result<> sys_task_create_exception_channel(SyscallContext& ctx, HandleValue handle,
                                           uint32_t options, UserOut<HandleValue> out) {
  if ((options & ~ZX_EXCEPTION_CHANNEL_DEBUGGER) != 0) return fail(Status::InvalidArgs);
  TRY(ctx.allow(PolicyCondition::NewChannel));
  Rights held = 0;
  auto task = TRY(ctx.get<KernelObject>(
      handle, rights::kInspect | rights::kDuplicate | rights::kTransfer | rights::kManageThread,
      &held));
  const bool of_thread = task->type() == ObjectType::Thread;
  if (!of_thread && (held & rights::kEnumerate) == 0) return fail(Status::AccessDenied);
  // Room first: once the task has its channel, nothing but a bad pointer stands in the way.
  HandleTable::Reservation slot = TRY(ctx.handles().reserve());
  Handle user_end = TRY(create_exception_channel(*task, options != 0, held));
  TRY(out.write(slot.value()));
  ctx.receive(slot, std::move(user_end));
  return {};
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
