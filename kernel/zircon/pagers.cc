// System calls on pagers (77–81).
#include "object/vm/pager.h"

#include <zircon/syscalls/memory.h>

#include "exec/activity.h"
#include "zircon/context.h"
#include "zircon/syscall_prototypes.h"

namespace jacinth::zircon {
namespace {

// What a supply is about, kept while it goes on.
struct Supply {
  RefPtr<Pager> pager;
  RefPtr<VmoObject> vmo;
  RefPtr<VmoObject> donor;
  vm::ByteRange range;
  uint64_t donor_offset;

  Result<> some() { return pager->supply(*vmo, range, *donor, donor_offset); }
};

// To the end, also for a caller that is being suspended: pages that have moved cannot move again.
exec::Task<Status> supply_the_rest(SyscallContext ctx, Supply supply) {
  while (supply.range.size != 0 && !ctx.thread().killed()) {
    co_await exec::yield();
    if (const auto moved = supply.some(); !moved) co_return moved.error();
  }
  co_return Status::Ok;
}

Result<Supply> prepare_supply(SyscallContext& ctx, HandleValue pager, HandleValue pager_vmo,
                              vm::ByteRange range, HandleValue aux_vmo, uint64_t aux_offset) {
  auto from = TRY(ctx.get<Pager>(pager));
  auto vmo = TRY(ctx.get<VmoObject>(pager_vmo));
  TRY(from->check_created(*vmo));
  auto donor = TRY(ctx.get<VmoObject>(aux_vmo, rights::kRead | rights::kWrite));
  return Supply{.pager = std::move(from),
                .vmo = std::move(vmo),
                .donor = std::move(donor),
                .range = range,
                .donor_offset = aux_offset};
}

// What a pager may say of pages that it cannot bring.
bool may_fail_with(Status status) {
  return status == Status::Io || status == Status::IoDataIntegrity || status == Status::BadState;
}

}  // namespace

Result<> sys_pager_create(SyscallContext& ctx, uint32_t options, UserOut<HandleValue> out) {
  if (options != 0) return fail(Status::InvalidArgs);
  return ctx.deliver(out, Handle(TRY(Pager::create())));
}

Result<> sys_pager_create_vmo(SyscallContext& ctx, HandleValue pager, uint32_t options,
                              HandleValue port, uint64_t key, uint64_t size,
                              UserOut<HandleValue> out) {
  TRY(ctx.allow(PolicyCondition::NewVmo));
  auto from = TRY(ctx.get<Pager>(pager));
  auto requests = TRY(ctx.get<Port>(port, rights::kWrite));
  if ((options & ~ZX_VMO_RESIZABLE) != 0) return fail(Status::InvalidArgs);
  const auto resizable = options != 0 ? vm::Resizable::Yes : vm::Resizable::No;
  return ctx.deliver(out, Handle(TRY(from->create_vmo(std::move(requests), key, size, resizable))));
}

Result<> sys_pager_detach_vmo(SyscallContext& ctx, HandleValue pager, HandleValue vmo) {
  auto from = TRY(ctx.get<Pager>(pager));
  auto target = TRY(ctx.get<VmoObject>(vmo));
  return from->detach(*target);
}

exec::Eventually<Status> sys_pager_supply_pages(SyscallContext& ctx, HandleValue pager,
                                                HandleValue pager_vmo, uint64_t offset,
                                                uint64_t length, HandleValue aux_vmo,
                                                uint64_t aux_offset) {
  auto supply = prepare_supply(ctx, pager, pager_vmo, {offset, length}, aux_vmo, aux_offset);
  if (!supply) return supply.error();
  if (const auto moved = supply->some(); !moved) return moved.error();
  if (supply->range.size == 0) return Status::Ok;
  return supply_the_rest(ctx, *std::move(supply));
}

Result<> sys_pager_op_range(SyscallContext& ctx, HandleValue pager, uint32_t op,
                            HandleValue pager_vmo, uint64_t offset, uint64_t length,
                            uint64_t data) {
  auto from = TRY(ctx.get<Pager>(pager));
  auto vmo = TRY(ctx.get<VmoObject>(pager_vmo));
  if (op != ZX_PAGER_OP_FAIL) return fail(Status::NotSupported);
  const auto status = static_cast<Status>(static_cast<int32_t>(data));
  const bool is_status = static_cast<uint64_t>(static_cast<int64_t>(status)) == data;
  if (!is_status || !may_fail_with(status)) return fail(Status::InvalidArgs);
  return from->fail_range(*vmo, {offset, length}, status);
}

}  // namespace jacinth::zircon
