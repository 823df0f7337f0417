#include "zircon/context.h"

#include <algorithm>

namespace jacinth::zircon {
namespace {

void set_channel_owner(const Handle& handle, Koid owner) {
  if (handle.type() == ObjectType::Channel)
    static_cast<Channel&>(*handle.object()).set_owner(owner);
}

}  // namespace

void SyscallContext::receive(HandleTable::Reservation& slot, Handle handle) {
  set_channel_owner(handle, process().koid());
  slot.install(std::move(handle));
}

Result<Handle> SyscallContext::take(HandleValue value) {
  auto taken = handles().remove(value);
  if (!taken) {
    process().note_bad_handle();
    return taken;
  }
  set_channel_owner(*taken, kNoKoid);
  return taken;
}

Result<HandleValue> SyscallContext::add(Handle handle) {
  set_channel_owner(handle, process().koid());
  return handles().add(std::move(handle));
}

Result<> SyscallContext::deliver(UserOut<HandleValue> out, Handle handle) {
  return tell(out, TRY(add(std::move(handle))));
}

Result<> SyscallContext::deliver(UserOut<HandleValue> out0, Handle handle0,
                                 UserOut<HandleValue> out1, Handle handle1) {
  const HandleValue value0 = TRY(add(std::move(handle0)));
  const auto value1 = add(std::move(handle1));
  Result<> told = value1 ? out0.write(value0) : Result<>(fail(value1.error()));
  if (told) told = out1.write(*value1);
  if (told) [[likely]]
    return told;
  std::ignore = handles().remove(value0);
  if (value1) std::ignore = handles().remove(*value1);
  return told;
}

Result<NameArgument> read_name(UserIn<char> name, size_t size) {
  NameArgument argument;
  argument.size = std::min(size, KernelObject::kMaxName - 1);
  if (argument.size != 0) TRY(name.read_array({argument.text, argument.size}));
  return argument;
}

}  // namespace jacinth::zircon
