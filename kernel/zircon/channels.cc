// System calls on channels (3–7); channel_call is in channel_call.cc.
#include "object/ipc/channel.h"

#include <zircon/errors.h>
#include <zircon/syscalls/channel.h>

#include "zircon/context.h"
#include "zircon/message_copy.h"
#include "zircon/syscall_prototypes.h"

namespace jacinth::zircon {
namespace {

// What both forms of channel_read are given, but for where the handles go.
struct ReadCall {
  SyscallContext& ctx;
  Channel& channel;
  Channel::TooLarge too_large;
  UserOut<std::byte> bytes;
  MessageSize limits;
  UserOut<uint32_t> actual_bytes;
  UserOut<uint32_t> actual_handles;
};

// Takes the first message, tells its size, copies its bytes. A message whose bytes cannot be
// delivered is lost. NEXT: it has `*actual` handles, for which there is not `room`.
Result<MessagePtr> take_message(const ReadCall& call, uint32_t room, MessageSize* actual) {
  auto message =
      call.channel.read(call.limits, call.too_large, actual, call.ctx.process().koid(), room);
  if (!message && message.error() != Status::BufferTooSmall) return message;
  TRY(write_actuals(*actual, call.actual_bytes, call.actual_handles));
  if (!message) return message;
  TRY(call.bytes.write_array((*message)->bytes()));
  return message;
}

// Makes room for the handles first; again when meanwhile another message has become the first.
template <typename T>
Result<> read_with_handles(const ReadCall& call, uint32_t expected, UserOut<T> handles) {
  HandleRoom room(call.ctx);
  MessageSize actual{.bytes = 0, .handles = expected};
  for (;;) {
    TRY(room.make(actual.handles));
    const auto message = take_message(call, room.count(), &actual);
    if (message) return room.deliver(**message, handles);
    if (message.error() != Status::Next) return fail(message.error());
  }
}

template <typename T>
Result<> read_message(SyscallContext& ctx, HandleValue handle, uint32_t options,
                      UserOut<std::byte> bytes, UserOut<T> handles, MessageSize limits,
                      UserOut<uint32_t> actual_bytes, UserOut<uint32_t> actual_handles) {
  const auto channel = TRY(ctx.get<Channel>(handle, rights::kRead));
  if ((options & ~ZX_CHANNEL_READ_MAY_DISCARD) != 0) return fail(Status::NotSupported);
  const auto too_large = options == 0 ? Channel::TooLarge::Keep : Channel::TooLarge::Discard;
  const ReadCall call{ctx, *channel, too_large, bytes, limits, actual_bytes, actual_handles};
  MessageSize actual;
  const auto message = take_message(call, 0, &actual);
  if (message) return {};
  if (message.error() != Status::Next) return fail(message.error());
  return read_with_handles(call, actual.handles, handles);
}

// Moves one handle of the caller into a message, as channel_write_etc asks. Whatever it says, a
// handle to be moved is gone from the table.
Result<Handle> carry(SyscallContext& ctx, const Channel& channel,
                     const zx_handle_disposition_t& wish) {
  Handle handle;
  if (wish.operation == ZX_HANDLE_OP_MOVE) {
    handle = TRY(ctx.take(wish.handle));
  } else if (wish.operation == ZX_HANDLE_OP_DUPLICATE) {
    Rights held = 0;
    auto object = TRY(ctx.get<KernelObject>(wish.handle, rights::kNone, &held));
    handle = Handle(std::move(object), held);
  } else {
    return fail(Status::InvalidArgs);
  }
  TRY(channel.check_carried(handle));
  if (wish.type != ZX_OBJ_TYPE_NONE && static_cast<uint32_t>(handle.type()) != wish.type)
    return fail(Status::WrongType);
  const Rights wanted = wish.rights == rights::kSame ? handle.rights() : wish.rights;
  if ((wanted & ~handle.rights()) != 0) return fail(Status::InvalidArgs);
  if (wish.operation == ZX_HANDLE_OP_DUPLICATE && !handle.has(rights::kDuplicate))
    return fail(Status::AccessDenied);
  if (wanted != handle.rights()) handle.replace_rights(wanted);
  return handle;
}

// Every entry is tried; the first failure is the call's. Results of failed entries are told.
Result<> carry_all(SyscallContext& ctx, const Channel& channel, MessagePacket& message,
                   UserInOut<zx_handle_disposition_t> wishes) {
  Status first = Status::Ok;
  for (size_t i = 0; i < message.size().handles; ++i) {
    zx_handle_disposition_t wish = TRY(wishes.read(i));
    auto carried = carry(ctx, channel, wish);
    if (carried) {
      message.handles()[i] = std::move(*carried);
      continue;
    }
    if (first == Status::Ok) first = carried.error();
    wish.result = static_cast<zx_status_t>(carried.error());
    TRY(wishes.write(wish, i));
  }
  return to_result(first);
}

void consume_moved(SyscallContext& ctx, UserInOut<zx_handle_disposition_t> wishes, uint32_t count) {
  for (uint32_t i = 0; i < count; ++i) {
    const auto wish = wishes.read(i);
    if (!wish) return;
    if (wish->operation == ZX_HANDLE_OP_MOVE) std::ignore = ctx.handles().remove(wish->handle);
  }
}

// The message is queued in any case: to whom it was meant may yet read it.
Result<> write_message(SyscallContext& ctx, Channel& channel, MessagePtr message) {
  const auto flooded = TRY(channel.write(std::move(message), ctx.process().koid()));
  if (flooded == Channel::Flooded::Yes) [[unlikely]]
    ctx.thread().raise_policy_exception();
  return {};
}

Result<> write_etc(SyscallContext& ctx, HandleValue handle, uint32_t options,
                   UserIn<std::byte> bytes, MessageSize size,
                   UserInOut<zx_handle_disposition_t> wishes) {
  if (options != 0) return fail(Status::InvalidArgs);
  auto channel = TRY(ctx.get<Channel>(handle, rights::kWrite));
  MessagePtr message = TRY(MessagePacket::create(size));
  TRY(bytes.read_array(message->bytes()));
  TRY(carry_all(ctx, *channel, *message, wishes));
  return write_message(ctx, *channel, std::move(message));
}

}  // namespace

Result<> sys_channel_create(SyscallContext& ctx, uint32_t options, UserOut<HandleValue> out0,
                            UserOut<HandleValue> out1) {
  if (options != 0) return fail(Status::InvalidArgs);
  TRY(ctx.allow(PolicyCondition::NewChannel));
  auto [left, right] = TRY(Channel::create());
  return ctx.deliver(out0, std::move(left), out1, std::move(right));
}

Result<> sys_channel_read(SyscallContext& ctx, HandleValue handle, uint32_t options,
                          UserOut<std::byte> bytes, UserOut<HandleValue> handles,
                          uint32_t num_bytes, uint32_t num_handles, UserOut<uint32_t> actual_bytes,
                          UserOut<uint32_t> actual_handles) {
  return read_message(ctx, handle, options, bytes, handles, {num_bytes, num_handles}, actual_bytes,
                      actual_handles);
}

Result<> sys_channel_read_etc(SyscallContext& ctx, HandleValue handle, uint32_t options,
                              UserOut<std::byte> bytes, UserOut<zx_handle_info_t> handles,
                              uint32_t num_bytes, uint32_t num_handles,
                              UserOut<uint32_t> actual_bytes, UserOut<uint32_t> actual_handles) {
  return read_message(ctx, handle, options, bytes, handles, {num_bytes, num_handles}, actual_bytes,
                      actual_handles);
}

Result<> sys_channel_write(SyscallContext& ctx, HandleValue handle, uint32_t options,
                           UserIn<std::byte> bytes, uint32_t num_bytes, UserIn<HandleValue> handles,
                           uint32_t num_handles) {
  auto result = [&] -> Result<> {
    if (options != 0) return fail(Status::InvalidArgs);
    auto channel = TRY(ctx.get<Channel>(handle, rights::kWrite));
    MessagePtr message = TRY(make_message(ctx, *channel, bytes, handles, {num_bytes, num_handles}));
    return write_message(ctx, *channel, std::move(message));
  }();
  if (!result) consume_handles(ctx, handles, num_handles);
  return result;
}

Result<> sys_channel_write_etc(SyscallContext& ctx, HandleValue handle, uint32_t options,
                               UserIn<std::byte> bytes, uint32_t num_bytes,
                               UserInOut<zx_handle_disposition_t> handles, uint32_t num_handles) {
  auto result = write_etc(ctx, handle, options, bytes, {num_bytes, num_handles}, handles);
  if (!result) consume_moved(ctx, handles, num_handles);
  return result;
}

}  // namespace jacinth::zircon
