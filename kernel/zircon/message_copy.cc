#include "zircon/message_copy.h"

#include <algorithm>

namespace jacinth::zircon {
namespace {

HandleValue describe(const Handle&, HandleValue value, HandleValue) { return value; }
zx_handle_info_t describe(const Handle& handle, HandleValue value, zx_handle_info_t) {
  return {.handle = value,
          .type = static_cast<zx_obj_type_t>(handle.type()),
          .rights = handle.rights(),
          .unused = 0};
}

}  // namespace

Result<MessagePtr> make_message(SyscallContext& ctx, const Channel& channel,
                                UserIn<std::byte> bytes, UserIn<HandleValue> handles,
                                MessageSize size) {
  MessagePtr message = TRY(MessagePacket::create(size));
  TRY(bytes.read_array(message->bytes()));
  if (size.handles == 0) return message;
  HandleValue values[kMaxMessage.handles];
  TRY(handles.read_array({values, size.handles}));
  for (uint32_t i = 0; i < size.handles; ++i) {
    Handle handle = TRY(ctx.take(values[i]));
    TRY(channel.check_carried(handle));
    message->handles()[i] = std::move(handle);
  }
  return message;
}

void consume_handles(SyscallContext& ctx, UserIn<HandleValue> handles, uint32_t count) {
  HandleValue values[kMaxMessage.handles];
  for (uint32_t done = 0; done < count;) {
    const uint32_t chunk = std::min(count - done, kMaxMessage.handles);
    if (!handles.read_array({values, chunk}, done)) return;
    for (HandleValue value : std::span(values, chunk)) std::ignore = ctx.handles().remove(value);
    done += chunk;
  }
}

Result<> HandleRoom::make(uint32_t count) {
  for (; count_ < count; ++count_)
    std::construct_at(&places_[count_], TRY(ctx_.handles().reserve()));
  return {};
}

template <typename T>
Result<> HandleRoom::deliver_as(MessagePacket& message, UserOut<T> out) {
  const std::span<Handle> handles = message.handles();
  for (size_t i = 0; i < handles.size(); ++i)
    TRY(out.write(describe(handles[i], places_[i].value(), T{}), i));
  for (size_t i = 0; i < handles.size(); ++i) ctx_.receive(places_[i], std::move(handles[i]));
  return {};
}
Result<> HandleRoom::deliver(MessagePacket& message, UserOut<HandleValue> out) {
  return deliver_as(message, out);
}
Result<> HandleRoom::deliver(MessagePacket& message, UserOut<zx_handle_info_t> out) {
  return deliver_as(message, out);
}

Result<> write_actuals(MessageSize actual, UserOut<uint32_t> bytes, UserOut<uint32_t> handles) {
  if (!bytes.is_null()) TRY(bytes.write(actual.bytes));
  if (!handles.is_null()) TRY(handles.write(actual.handles));
  return {};
}

}  // namespace jacinth::zircon
