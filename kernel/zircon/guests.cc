// System calls on guests and virtual CPUs (40–41, 145–149).
//
// No machine here has hardware virtualisation that the kernel uses, so no guest ever comes into
// being: what a call checks before it needs one is checked, and every handle is of another type.
#include "zircon/context.h"
#include "zircon/resources.h"
#include "zircon/syscall_prototypes.h"

namespace jacinth::zircon {
namespace {

// A handle that should be to a guest or to a virtual CPU: BAD_HANDLE, else WRONG_TYPE.
Result<> no_such_object(SyscallContext& ctx, HandleValue handle) {
  TRY(ctx.get<KernelObject>(handle));
  return fail(Status::WrongType);
}

}  // namespace

Result<> sys_guest_create(SyscallContext& ctx, HandleValue resource, uint32_t options,
                          UserOut<HandleValue>, UserOut<HandleValue>) {
  if (options != 0) return fail(Status::InvalidArgs);
  TRY(validate_resource(ctx, resource, ResourceKind::Hypervisor));
  return fail(Status::NotSupported);
}

Result<> sys_guest_set_trap(SyscallContext& ctx, HandleValue handle, uint32_t, VirtAddr, size_t,
                            HandleValue, uint64_t) {
  return no_such_object(ctx, handle);
}

Result<> sys_vcpu_create(SyscallContext& ctx, HandleValue guest, uint32_t options, VirtAddr,
                         UserOut<HandleValue>) {
  if (options != 0) return fail(Status::InvalidArgs);
  return no_such_object(ctx, guest);
}

exec::Eventually<Status> sys_vcpu_resume(SyscallContext& ctx, HandleValue handle,
                                         UserOut<zx_port_packet_t>) {
  return to_status(no_such_object(ctx, handle));
}

Result<> sys_vcpu_interrupt(SyscallContext& ctx, HandleValue handle, uint32_t) {
  return no_such_object(ctx, handle);
}

Result<> sys_vcpu_read_state(SyscallContext& ctx, HandleValue handle, uint32_t, UserOut<std::byte>,
                             size_t) {
  return no_such_object(ctx, handle);
}

Result<> sys_vcpu_write_state(SyscallContext& ctx, HandleValue handle, uint32_t, UserIn<std::byte>,
                              size_t) {
  return no_such_object(ctx, handle);
}

}  // namespace jacinth::zircon
