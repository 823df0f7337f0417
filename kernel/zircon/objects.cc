// System calls on any object (67–68, 70–71, 75); information and properties have files of their
// own.
#include <zircon/syscalls/port.h>

#include "object/handle_table.h"
#include "object/ipc/peered.h"
#include "object/task/job.h"
#include "object/task/process.h"
#include "object/task/thread.h"
#include "object/wait.h"
#include "zircon/context.h"
#include "zircon/syscall_prototypes.h"

namespace jacinth::zircon {
namespace {

Result<Handle> child_handle(const RefPtr<KernelObject>& parent, Koid koid, Rights wanted) {
  if (auto job = object_cast<Job>(parent)) return Handle(TRY(job->child(koid)), wanted);
  if (auto process = object_cast<Process>(parent))
    return Handle(TRY(process->thread(koid)), wanted);
  return fail(Status::WrongType);
}

// What is told of a wait: on success, and when time ran out or a handle was closed.
bool tells_signals(Status status) {
  return status == Status::Ok || status == Status::TimedOut || status == Status::Canceled;
}

Status report_one(const WaitResult& result, UserOut<zx_signals_t> observed) {
  if (tells_signals(result.status) && !observed.is_null()) {
    if (const auto told = observed.write(result.observed); !told) return told.error();
  }
  return result.status;
}

// The items of a wait_many while it waits; the program's own copy is written at its end.
struct ItemList {
  Vector<WaitItem> items;
  UserInOut<zx_wait_item_t> home;
};
static_assert(sizeof(WaitItem) == sizeof(zx_wait_item_t));

Status report_many(Status status, const ItemList& list) {
  if (!tells_signals(status)) return status;
  const auto told = UserOut<WaitItem>(list.home.address()).write_array(list.items);
  return told ? status : told.error();
}

exec::Task<Status> wait_many_slowly(HandleTable& table, ItemList list, Instant deadline,
                                    exec::Slack slack) {
  const Status status = co_await wait_many(table, list.items, deadline, slack);
  co_return report_many(status, list);
}

}  // namespace

exec::Eventually<Status> sys_object_wait_many(SyscallContext& ctx, UserInOut<zx_wait_item_t> items,
                                              size_t num_items, Instant deadline) {
  if (num_items > kMaxWaitItems) return Status::OutOfRange;
  auto copied = Vector<WaitItem>::with_size(num_items);
  if (!copied) return copied.error();
  ItemList list{std::move(*copied), items};
  const auto read = UserIn<WaitItem>(items.address()).read_array(list.items);
  if (!read) return read.error();
  ctx.thread().set_blocked_reason(BlockedReason::WaitMany);
  return wait_many_slowly(ctx.handles(), std::move(list), deadline, ctx.timer_slack());
}

exec::Eventually<Status> sys_object_wait_one(SyscallContext& ctx, HandleValue handle,
                                             Signals signals, Instant deadline,
                                             UserOut<zx_signals_t> observed) {
  const auto report = [observed](const WaitResult& result) { return report_one(result, observed); };
  auto wait = wait_one_then(ctx.handles(), handle, signals, deadline, ctx.timer_slack(), report);
  if (!wait.ready()) ctx.thread().set_blocked_reason(BlockedReason::WaitOne);
  return wait;
}

Result<> sys_object_signal(SyscallContext& ctx, HandleValue handle, uint32_t clear_mask,
                           uint32_t set_mask) {
  auto object = TRY(ctx.get<KernelObject>(handle, rights::kSignal));
  return object->user_signal(clear_mask, set_mask);
}

Result<> sys_object_signal_peer(SyscallContext& ctx, HandleValue handle, uint32_t clear_mask,
                                uint32_t set_mask) {
  auto object = TRY(ctx.get<KernelObject>(handle, rights::kSignalPeer));
  return user_signal_peer(*object, clear_mask, set_mask);
}

Result<> sys_object_get_child(SyscallContext& ctx, HandleValue handle, zx_koid_t koid,
                              Rights rights, UserOut<HandleValue> out) {
  Rights held = 0;
  auto parent = TRY(ctx.get<KernelObject>(handle, rights::kEnumerate, &held));
  if (rights == rights::kSame) rights = held;
  if ((rights & ~held) != 0) return fail(Status::AccessDenied);
  return ctx.deliver(out, TRY(child_handle(parent, koid, rights)));
}

}  // namespace jacinth::zircon
