// System calls on address regions (150–155).
#include "vm/vmar.h"

#include <zircon/syscalls/memory.h>

#include "exec/activity.h"
#include "object/vm/vmar_object.h"
#include "object/vm/vmo_object.h"
#include "zircon/context.h"
#include "zircon/syscall_prototypes.h"
#include "zircon/vdso.h"

namespace jacinth::zircon {
namespace {

constexpr zx_vm_option_t kPermissions = ZX_VM_PERM_READ | ZX_VM_PERM_WRITE | ZX_VM_PERM_EXECUTE;
constexpr zx_vm_option_t kCanMap = ZX_VM_CAN_MAP_READ | ZX_VM_CAN_MAP_WRITE | ZX_VM_CAN_MAP_EXECUTE;
constexpr zx_vm_option_t kAlignment = 0xffu << ZX_VM_ALIGN_BASE;

// PERM_* and CAN_MAP_* name the same three kinds of access, the handle's rights a third time.
hal::Access access_of(bool read, bool write, bool execute) {
  return (read ? hal::Access::Read : hal::Access::None) |
         (write ? hal::Access::Write : hal::Access::None) |
         (execute ? hal::Access::Execute : hal::Access::None);
}
hal::Access permissions_of(zx_vm_option_t options) {
  return access_of((options & ZX_VM_PERM_READ) != 0, (options & ZX_VM_PERM_WRITE) != 0,
                   (options & ZX_VM_PERM_EXECUTE) != 0);
}
hal::Access can_map_of(zx_vm_option_t options) {
  return access_of((options & ZX_VM_CAN_MAP_READ) != 0, (options & ZX_VM_CAN_MAP_WRITE) != 0,
                   (options & ZX_VM_CAN_MAP_EXECUTE) != 0);
}
hal::Access access_of(Rights held) {
  return access_of((held & rights::kRead) != 0, (held & rights::kWrite) != 0,
                   (held & rights::kExecute) != 0);
}
Rights rights_for(hal::Access access) {
  return (includes(access, hal::Access::Read) ? rights::kRead : 0) |
         (includes(access, hal::Access::Write) ? rights::kWrite : 0) |
         (includes(access, hal::Access::Execute) ? rights::kExecute : 0);
}

vm::Placement placement_of(zx_vm_option_t options, uint64_t offset) {
  using Kind = vm::Placement::Kind;
  Kind kind = Kind::Anywhere;
  if ((options & ZX_VM_SPECIFIC) != 0) kind = Kind::Specific;
  if ((options & ZX_VM_SPECIFIC_OVERWRITE) != 0) kind = Kind::Overwrite;
  return {.kind = kind,
          .offset = offset,
          .align_log2 = static_cast<uint8_t>(options >> ZX_VM_ALIGN_BASE)};
}

bool writes_or_executes_unread(hal::Access access) {
  return access != hal::Access::None && !includes(access, hal::Access::Read);
}

// What a mapping asks of handles and options, checked in Zircon's order.
Result<> check_map(zx_vm_option_t options, Rights vmar_rights, Rights vmo_rights) {
  if ((vmo_rights & rights::kMap) == 0) return fail(Status::AccessDenied);
  const hal::Access access = permissions_of(options);
  if (writes_or_executes_unread(access)) return fail(Status::InvalidArgs);
  if ((options & ZX_VM_MAP_RANGE) != 0 && (options & ZX_VM_SPECIFIC_OVERWRITE) != 0)
    return fail(Status::InvalidArgs);
  if ((options & kCanMap) != 0) return fail(Status::InvalidArgs);
  if (!includes(access_of(vmar_rights & vmo_rights), access)) return fail(Status::AccessDenied);
  constexpr zx_vm_option_t kKnown = kPermissions | kAlignment | ZX_VM_SPECIFIC |
                                    ZX_VM_SPECIFIC_OVERWRITE | ZX_VM_MAP_RANGE |
                                    ZX_VM_REQUIRE_NON_RESIZABLE | ZX_VM_ALLOW_FAULTS;
  if ((options & ~kKnown) != 0) return fail(Status::InvalidArgs);
  return {};
}

// One piece of the work on a range; moves its bounds forward.
using RangeOperation = Result<> (vm::Vmar::*)(VirtAddr& at, uint64_t& size);

exec::Task<Status> operate_on_rest(SyscallContext ctx, RefPtr<VmarObject> vmar,
                                   RangeOperation operation, VirtAddr at, uint64_t size) {
  while (size != 0) {
    if (ctx.thread().interrupt_pending()) co_return Status::InternalIntrRetry;
    co_await exec::yield();
    CO_TRY_STATUS((vmar->vmar().*operation)(at, size));
  }
  co_return Status::Ok;
}

}  // namespace

Result<> sys_vmar_allocate(SyscallContext& ctx, HandleValue parent_vmar, zx_vm_option_t options,
                           uint64_t offset, uint64_t size, UserOut<HandleValue> child_vmar,
                           UserOut<zx_vaddr_t> child_addr) {
  const hal::Access can_map = can_map_of(options);
  auto parent = TRY(ctx.get<VmarObject>(parent_vmar, rights_for(can_map)));
  constexpr zx_vm_option_t kKnown =
      kCanMap | kAlignment | ZX_VM_CAN_MAP_SPECIFIC | ZX_VM_SPECIFIC | ZX_VM_COMPACT;
  if ((options & ~kKnown) != 0) return fail(Status::InvalidArgs);
  auto region =
      TRY(parent->vmar().allocate(placement_of(options, offset), size,
                                  {.can_map = can_map,
                                   .can_map_specific = (options & ZX_VM_CAN_MAP_SPECIFIC) != 0,
                                   .compact = (options & ZX_VM_COMPACT) != 0}));
  const VirtAddr base = region->base();
  // A region that nobody has a handle to would fill its parent for ever.
  auto result = [&] -> Result<> {
    auto child = TRY(VmarObject::create(region));
    TRY(child_addr.write(raw(base)));
    return ctx.deliver(child_vmar, Handle(std::move(child)));
  }();
  if (!result) std::ignore = region->destroy();
  return result;
}

Result<> sys_vmar_destroy(SyscallContext& ctx, HandleValue handle) {
  auto vmar = TRY(ctx.get<VmarObject>(handle));
  return vmar->vmar().destroy();
}

Result<> sys_vmar_map(SyscallContext& ctx, HandleValue handle, zx_vm_option_t options,
                      uint64_t vmar_offset, HandleValue vmo, uint64_t vmo_offset, uint64_t len,
                      UserOut<zx_vaddr_t> mapped_addr) {
  Rights vmar_rights = 0;
  Rights vmo_rights = 0;
  auto vmar = TRY(ctx.get<VmarObject>(handle, rights::kNone, &vmar_rights));
  auto source = TRY(ctx.get<VmoObject>(vmo, rights::kNone, &vmo_rights));
  TRY(check_map(options, vmar_rights, vmo_rights));
  vm::MapOptions how{.access = permissions_of(options),
                     .max_access = access_of(vmar_rights & vmo_rights),
                     .populate = (options & ZX_VM_MAP_RANGE) != 0,
                     .immutable = false,
                     .require_non_resizable = (options & ZX_VM_REQUIRE_NON_RESIZABLE) != 0};
  const VirtAddr at = TRY(map_by_vdso_rules(vmar->vmar(), placement_of(options, vmar_offset),
                                            *source, vmo_offset, len, how));
  const auto told = mapped_addr.write(raw(at));
  if (!told && !how.immutable) std::ignore = vmar->vmar().unmap(at, len);
  return told;
}

Result<> sys_vmar_unmap(SyscallContext& ctx, HandleValue handle, VirtAddr addr, uint64_t len) {
  auto vmar = TRY(ctx.get<VmarObject>(handle));
  return vmar->vmar().unmap(addr, len);
}

Result<> sys_vmar_unmap_handle_close_thread_exit(SyscallContext& ctx, HandleValue vmar_handle,
                                                 VirtAddr addr, size_t size,
                                                 HandleValue close_handle) {
  // As long as the stack is still there, the thread can be told what is wrong.
  TRY(sys_vmar_unmap(ctx, vmar_handle, addr, size));
  if (close_handle != kInvalidHandle) std::ignore = ctx.take(close_handle);
  ctx.thread().exit();
  return {};
}

Result<> sys_vmar_protect(SyscallContext& ctx, HandleValue handle, zx_vm_option_t options,
                          VirtAddr addr, uint64_t len) {
  const hal::Access access = permissions_of(options);
  auto vmar = TRY(ctx.get<VmarObject>(handle, rights_for(access)));
  if ((options & ~kPermissions) != 0 || writes_or_executes_unread(access))
    return fail(Status::InvalidArgs);
  return vmar->vmar().protect(addr, len, access);
}

exec::Eventually<Status> sys_vmar_op_range(SyscallContext& ctx, HandleValue handle, uint32_t op,
                                           VirtAddr addr, size_t size, UserInOut<std::byte> buffer,
                                           size_t buffer_size) {
  const Rights needed = op == ZX_VMAR_OP_DECOMMIT ? rights::kWrite : rights::kNone;
  auto vmar = ctx.get<VmarObject>(handle, needed);
  if (!vmar) return vmar.error();
  if (!buffer.is_null() || buffer_size != 0) return Status::InvalidArgs;
  if (op != ZX_VMAR_OP_DECOMMIT && op != ZX_VMAR_OP_MAP_RANGE) return Status::NotSupported;
  const RangeOperation operation =
      op == ZX_VMAR_OP_DECOMMIT ? &vm::Vmar::decommit : &vm::Vmar::populate;
  uint64_t left = size;
  if (const auto first = ((*vmar)->vmar().*operation)(addr, left); !first) return first.error();
  if (left == 0) return Status::Ok;
  return operate_on_rest(ctx, std::move(*vmar), operation, addr, left);
}

}  // namespace jacinth::zircon
