// System calls that start another kernel in this one's place (130–131).
//
// No machine here does that: a call is checked as far as it can be before it would not return.
#include "object/vm/vmo_object.h"
#include "zircon/context.h"
#include "zircon/resources.h"
#include "zircon/syscall_prototypes.h"

namespace jacinth::zircon {

Result<> sys_system_mexec(SyscallContext& ctx, HandleValue resource, HandleValue kernel_vmo,
                          HandleValue bootimage_vmo) {
  TRY(validate_resource(ctx, resource, ResourceKind::Root));
  TRY(ctx.get<VmoObject>(kernel_vmo, rights::kRead));
  TRY(ctx.get<VmoObject>(bootimage_vmo, rights::kRead));
  return fail(Status::NotSupported);
}

Result<> sys_system_mexec_payload_get(SyscallContext& ctx, HandleValue resource, UserOut<std::byte>,
                                      size_t buffer_size) {
  constexpr size_t kMostBytes = 16 * 1024;
  TRY(validate_resource(ctx, resource, ResourceKind::Root));
  if (buffer_size > kMostBytes) return fail(Status::InvalidArgs);
  return fail(Status::NotSupported);
}

}  // namespace jacinth::zircon
