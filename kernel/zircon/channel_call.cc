// zx_channel_call (8, 9): a message out, its reply in.
//
// The vDSO makes the first call and, whenever that ends with INTERNAL_INTR_RETRY, the second until
// one brings the reply. Between them the pending call lives in the thread.
#include <zircon/syscalls/channel.h>

#include "object/ipc/channel.h"
#include "zircon/context.h"
#include "zircon/message_copy.h"
#include "zircon/syscall_prototypes.h"

namespace jacinth::zircon {
namespace {

using Outcome = exec::Eventually<Status>;

// The caller's buffers for the reply.
struct ReplyTo {
  UserOut<std::byte> bytes;
  UserOut<HandleValue> handles;
  MessageSize limits;
  UserOut<uint32_t> actual_bytes;
  UserOut<uint32_t> actual_handles;
};

ReplyTo reply_to(const zx_channel_call_args_t& args, UserOut<uint32_t> actual_bytes,
                 UserOut<uint32_t> actual_handles) {
  return {.bytes = UserOut<std::byte>(VirtAddr{reinterpret_cast<uintptr_t>(args.rd_bytes)}),
          .handles = UserOut<HandleValue>(VirtAddr{reinterpret_cast<uintptr_t>(args.rd_handles)}),
          .limits = {args.rd_num_bytes, args.rd_num_handles},
          .actual_bytes = actual_bytes,
          .actual_handles = actual_handles};
}

// A reply that cannot be delivered is lost: unlike a queued message it cannot be read again.
Result<> deliver_reply(SyscallContext& ctx, const ReplyTo& to, MessagePacket& reply) {
  const MessageSize size = reply.size();
  TRY(to.actual_bytes.write(size.bytes));
  TRY(to.actual_handles.write(size.handles));
  if (size.bytes > to.limits.bytes || size.handles > to.limits.handles)
    return fail(Status::BufferTooSmall);
  TRY(to.bytes.write_array(reply.bytes()));
  if (size.handles == 0) return {};
  HandleRoom room(ctx);
  TRY(room.make(size.handles));
  return room.deliver(reply, to.handles);
}

// What is to be done with the reply when it is there.
auto deliver_to(SyscallContext ctx, const ReplyTo& to) {
  return [ctx, to](const Result<MessagePtr>& reply) mutable -> Status {
    if (!reply) return reply.error();
    return to_status(deliver_reply(ctx, to, **reply));
  };
}

exec::Eventually<Status> note_wait(SyscallContext& ctx, exec::Eventually<Status> call) {
  if (!call.ready()) ctx.thread().set_blocked_reason(BlockedReason::Channel);
  return call;
}

}  // namespace

exec::Eventually<Status> sys_channel_call_noretry(SyscallContext& ctx, HandleValue handle,
                                                  uint32_t options, Instant deadline,
                                                  UserIn<zx_channel_call_args_t> args,
                                                  UserOut<uint32_t> actual_bytes,
                                                  UserOut<uint32_t> actual_handles) {
  if (ctx.thread().channel_call().pending()) {
    // The vDSO never does this: whoever calls has bypassed it.
    ctx.process().kill(task_code::kVdsoContract);
    return Status::BadState;
  }
  const auto call = args.read();
  if (!call) return call.error();
  const UserIn<std::byte> bytes(VirtAddr{reinterpret_cast<uintptr_t>(call->wr_bytes)});
  const UserIn<HandleValue> handles(VirtAddr{reinterpret_cast<uintptr_t>(call->wr_handles)});
  const MessageSize size{call->wr_num_bytes, call->wr_num_handles};
  auto outcome = [&] -> Result<Outcome> {
    if (options != 0 || size.bytes < sizeof(uint32_t)) return fail(Status::InvalidArgs);
    auto channel = TRY(ctx.get<Channel>(handle, rights::kRead | rights::kWrite));
    MessagePtr message = TRY(make_message(ctx, *channel, bytes, handles, size));
    return channel->call(ctx.thread().channel_call(), std::move(message), deadline,
                         ctx.timer_slack(), ctx.process().koid(),
                         deliver_to(ctx, reply_to(*call, actual_bytes, actual_handles)));
  }();
  if (!outcome) {
    consume_handles(ctx, handles, size.handles);
    return outcome.error();
  }
  if (ctx.thread().channel_call().flooded()) [[unlikely]]
    ctx.thread().raise_policy_exception();
  return note_wait(ctx, std::move(*outcome));
}

exec::Eventually<Status> sys_channel_call_finish(SyscallContext& ctx, Instant deadline,
                                                 UserIn<zx_channel_call_args_t> args,
                                                 UserOut<uint32_t> actual_bytes,
                                                 UserOut<uint32_t> actual_handles) {
  if (!ctx.thread().channel_call().pending()) return Status::BadState;
  const auto call = args.read();
  if (!call) return call.error();
  return note_wait(ctx, ctx.thread().channel_call().resume(
                            deadline, ctx.timer_slack(),
                            deliver_to(ctx, reply_to(*call, actual_bytes, actual_handles))));
}

}  // namespace jacinth::zircon
