// Memory objects of devices: physical ranges (166).
#include "object/vm/vmo_object.h"
#include "zircon/context.h"
#include "zircon/resources.h"
#include "zircon/syscall_prototypes.h"

namespace jacinth::zircon {

Result<> sys_vmo_create_physical(SyscallContext& ctx, HandleValue resource, PhysAddr paddr,
                                 size_t size, UserOut<HandleValue> out) {
  TRY(ctx.allow(PolicyCondition::NewVmo));
  if (page_ceil_overflows(size)) return fail(Status::InvalidArgs);
  TRY(validate_resource(ctx, resource, ResourceKind::Mmio, raw(paddr), page_ceil(size)));
  auto vmo = TRY(VmoObject::create(TRY(vm::Vmo::create_physical(paddr, page_ceil(size)))));
  return ctx.deliver(out, Handle(std::move(vmo)));
}

}  // namespace jacinth::zircon
