// System calls on futexes (34–39, 200).
#include "object/sync/futex.h"

#include "object/task/process.h"
#include "object/task/thread.h"
#include "zircon/context.h"
#include "zircon/syscall_prototypes.h"

namespace jacinth::zircon {
namespace {

// Who is to own a futex: another started thread of the caller's process. Its errors count only once
// the futex's value has been found right, so they travel as a Result.
Result<FutexOwner> owner_of(SyscallContext& ctx, HandleValue handle) {
  if (handle == kInvalidHandle) return FutexOwner{};
  auto thread = TRY(ctx.get<Thread>(handle, rights::kNone));
  if (&thread->process() != &ctx.process() || thread == &ctx.thread())
    return fail(Status::InvalidArgs);
  FutexThread& party = thread->futex_thread();
  return FutexOwner{std::move(thread), &party};
}

FutexContext& futexes(SyscallContext& ctx) { return ctx.process().futexes(); }

exec::Eventually<Status> requeue(SyscallContext& ctx, UserIn<zx_futex_t> value, uint32_t wake,
                                 zx_futex_t expected, UserIn<zx_futex_t> to, uint32_t move,
                                 HandleValue new_owner, bool single_owner) {
  return futexes(ctx).requeue({.from = value.address(),
                               .wake = wake,
                               .expected = static_cast<uint32_t>(expected),
                               .to = to.address(),
                               .move = move,
                               .owner = owner_of(ctx, new_owner),
                               .single_owner = single_owner});
}

}  // namespace

exec::Eventually<Status> sys_futex_wait(SyscallContext& ctx, UserIn<zx_futex_t> value_ptr,
                                        zx_futex_t current_value, HandleValue new_owner,
                                        Instant deadline) {
  auto wait = futexes(ctx).wait(ctx.thread().futex_thread(), value_ptr.address(),
                                static_cast<uint32_t>(current_value), owner_of(ctx, new_owner),
                                deadline, ctx.timer_slack());
  if (!wait.ready()) ctx.thread().set_blocked_reason(BlockedReason::Futex);
  return wait;
}

Result<> sys_futex_wake(SyscallContext& ctx, UserIn<zx_futex_t> value_ptr, uint32_t wake_count) {
  TRY(futexes(ctx).wake(value_ptr.address(), wake_count));
  return {};
}

Result<> sys_futex_wake_single_owner(SyscallContext& ctx, UserIn<zx_futex_t> value_ptr) {
  return futexes(ctx).wake_single_owner(value_ptr.address());
}

exec::Eventually<Status> sys_futex_requeue(SyscallContext& ctx, UserIn<zx_futex_t> value_ptr,
                                           uint32_t wake_count, zx_futex_t current_value,
                                           UserIn<zx_futex_t> requeue_ptr, uint32_t requeue_count,
                                           HandleValue new_owner) {
  return requeue(ctx, value_ptr, wake_count, current_value, requeue_ptr, requeue_count, new_owner,
                 false);
}

exec::Eventually<Status> sys_futex_requeue_single_owner(
    SyscallContext& ctx, UserIn<zx_futex_t> value_ptr, zx_futex_t current_value,
    UserIn<zx_futex_t> requeue_ptr, uint32_t requeue_count, HandleValue new_owner) {
  return requeue(ctx, value_ptr, 1, current_value, requeue_ptr, requeue_count, new_owner, true);
}

Result<> sys_futex_get_owner(SyscallContext& ctx, UserIn<zx_futex_t> value_ptr,
                             UserOut<zx_koid_t> koid) {
  return koid.write(TRY(futexes(ctx).owner(value_ptr.address())));
}

void sys_futex_wake_handle_close_thread_exit(SyscallContext& ctx, UserInOut<zx_futex_t> value_ptr,
                                             uint32_t wake_count, int32_t new_value,
                                             HandleValue close_handle) {
  // The thread ends whatever happens: nobody is left to be told of errors.
  if (value_ptr.write(new_value)) std::ignore = futexes(ctx).wake(value_ptr.address(), wake_count);
  std::ignore = ctx.take(close_handle);
  ctx.thread().exit();
}

}  // namespace jacinth::zircon
