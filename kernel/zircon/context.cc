#include "zircon/context.h"

#include <algorithm>

namespace jacinth::zircon {

void SyscallContext::receive(HandleTable::Reservation& slot, Handle handle) {
  if (handle.object()->type() == ObjectType::Channel)
    static_cast<Channel&>(*handle.object()).set_owner(process().koid());
  slot.install(std::move(handle));
}

Result<Handle> SyscallContext::take(HandleValue value) {
  auto taken = handles().remove(value);
  if (!taken) {
    process().note_bad_handle();
    return taken;
  }
  if (taken->object()->type() == ObjectType::Channel)
    static_cast<Channel&>(*taken->object()).set_owner(kNoKoid);
  return taken;
}

Result<> SyscallContext::deliver(UserOut<HandleValue> out, Handle handle) {
  HandleTable::Reservation slot = TRY(handles().reserve());
  TRY(out.write(slot.value()));
  receive(slot, std::move(handle));
  return {};
}

Result<> SyscallContext::deliver(UserOut<HandleValue> out0, Handle handle0,
                                 UserOut<HandleValue> out1, Handle handle1) {
  HandleTable::Reservation slot0 = TRY(handles().reserve());
  HandleTable::Reservation slot1 = TRY(handles().reserve());
  TRY(out0.write(slot0.value()));
  TRY(out1.write(slot1.value()));
  receive(slot0, std::move(handle0));
  receive(slot1, std::move(handle1));
  return {};
}

Result<NameArgument> read_name(UserIn<char> name, size_t size) {
  NameArgument argument;
  argument.size = std::min(size, KernelObject::kMaxName - 1);
  if (argument.size != 0) TRY(name.read_array({argument.text, argument.size}));
  return argument;
}

}  // namespace jacinth::zircon
