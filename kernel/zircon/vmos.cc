// System calls on memory objects (156–164). Those of devices are in vmos_device.cc.
#include "vm/vmo.h"

#include <zircon/syscalls/memory.h>

#include <algorithm>

#include "exec/activity.h"
#include "exec/reaper.h"
#include "object/vm/vmo_object.h"
#include "zircon/context.h"
#include "zircon/resources.h"
#include "zircon/syscall_prototypes.h"

namespace jacinth::zircon {
namespace {

// What has been destroyed may have the memory that is wanted: the step is tried again.
bool will_have_memory(Status error) { return error == Status::NoMemory && exec::reaping(); }

// Runs a step that does a bounded part of a long operation and moves `range` forward, again and
// again, letting others run in between. A caller that is killed or suspended stops early; as the
// operation may be started afresh, nothing is lost. Pages that a pager must bring are waited for:
// one by one, or all that are absent.
enum class FetchAhead : bool { No, Yes };

template <typename Step>
exec::Task<Status> finish_in_steps(SyscallContext ctx, RefPtr<VmoObject> vmo, vm::ByteRange range,
                                   Step step, FetchAhead ahead) {
  while (range.size != 0) {
    if (ctx.thread().interrupt_pending()) co_return Status::InternalIntrRetry;
    co_await exec::yield();
    const Result<> done = step(*vmo->vmo(), range);
    if (done || will_have_memory(done.error())) continue;
    if (done.error() != Status::Async) co_return done.error();
    ctx.thread().set_blocked_reason(BlockedReason::Pager);
    const uint64_t wanted = ahead == FetchAhead::Yes ? range.size : 1;
    const Status fetched = co_await vm::Vmo::fetch(vmo->vmo(), range.offset, wanted);
    if (fetched != Status::Ok) co_return fetched;
  }
  co_return Status::Ok;
}

template <typename Step>
exec::Eventually<Status> in_steps(SyscallContext& ctx, RefPtr<VmoObject> vmo, vm::ByteRange range,
                                  Step step, FetchAhead ahead = FetchAhead::No) {
  const Result<> first = step(*vmo->vmo(), range);
  if (!first && first.error() != Status::Async && !will_have_memory(first.error()))
    return first.error();
  if (range.size == 0) return Status::Ok;
  return finish_in_steps(ctx, std::move(vmo), range, step, ahead);
}

exec::Task<Status> shrink_the_rest(SyscallContext ctx, RefPtr<VmoObject> vmo, uint64_t size) {
  for (;;) {
    if (ctx.thread().interrupt_pending()) co_return Status::InternalIntrRetry;
    co_await exec::yield();
    exec::Portion portion;
    const auto done = vmo->vmo()->set_size_some(size, portion);
    if (!done) co_return done.error();
    if (*done) co_return Status::Ok;
  }
}

exec::Eventually<Status> commit(SyscallContext& ctx, RefPtr<VmoObject> vmo, vm::ByteRange range) {
  return in_steps(
      ctx, std::move(vmo), range,
      [](vm::Vmo& target, vm::ByteRange& rest) { return target.commit(rest); }, FetchAhead::Yes);
}

exec::Eventually<Status> decommit(SyscallContext& ctx, RefPtr<VmoObject> vmo, vm::ByteRange range) {
  return in_steps(ctx, std::move(vmo), range,
                  [](vm::Vmo& target, vm::ByteRange& rest) { return target.decommit(rest); });
}

exec::Eventually<Status> zero(SyscallContext& ctx, RefPtr<VmoObject> vmo, vm::ByteRange range) {
  return in_steps(ctx, std::move(vmo), range,
                  [](vm::Vmo& target, vm::ByteRange& rest) { return target.zero(rest); });
}

exec::Eventually<Status> cache_op(SyscallContext& ctx, RefPtr<VmoObject> vmo, vm::ByteRange range,
                                  hal::CacheOp op) {
  return in_steps(ctx, std::move(vmo), range,
                  [op](vm::Vmo& target, vm::ByteRange& rest) { return target.cache_op(op, rest); });
}

// The right that a range operation needs of the handle; INVALID_ARGS for an unknown one.
Result<Rights> right_for(uint32_t op) {
  switch (op) {
    case ZX_VMO_OP_COMMIT:
    case ZX_VMO_OP_DECOMMIT:
    case ZX_VMO_OP_ZERO:
    case ZX_VMO_OP_CACHE_INVALIDATE:
      return rights::kWrite;
    case ZX_VMO_OP_CACHE_SYNC:
    case ZX_VMO_OP_CACHE_CLEAN:
    case ZX_VMO_OP_CACHE_CLEAN_INVALIDATE:
      return rights::kRead;
    case ZX_VMO_OP_LOCK:
    case ZX_VMO_OP_UNLOCK:
      return fail(Status::NotSupported);
    default:
      return fail(Status::InvalidArgs);
  }
}

struct ChildOptions {
  vm::ChildKind kind;
  vm::Resizable resizable;
  bool no_write;
};

Result<ChildOptions> child_options(uint32_t options) {
  const bool no_write = (options & ZX_VMO_CHILD_NO_WRITE) != 0;
  const bool resizable = (options & ZX_VMO_CHILD_RESIZABLE) != 0;
  if (no_write && resizable) return fail(Status::InvalidArgs);
  ChildOptions parsed{.kind = vm::ChildKind::Snapshot,
                      .resizable = resizable ? vm::Resizable::Yes : vm::Resizable::No,
                      .no_write = no_write};
  switch (options & ~uint32_t{ZX_VMO_CHILD_NO_WRITE | ZX_VMO_CHILD_RESIZABLE}) {
    case ZX_VMO_CHILD_SNAPSHOT:
      break;
    case ZX_VMO_CHILD_SNAPSHOT_AT_LEAST_ON_WRITE:
      parsed.kind = vm::ChildKind::SnapshotAtLeastOnWrite;
      break;
    case ZX_VMO_CHILD_SLICE:
      parsed.kind = vm::ChildKind::Slice;
      break;
    default:
      return fail(Status::InvalidArgs);
  }
  return parsed;
}

}  // namespace

Result<> sys_vmo_create(SyscallContext& ctx, uint64_t size, uint32_t options,
                        UserOut<HandleValue> out) {
  TRY(ctx.allow(PolicyCondition::NewVmo));
  if ((options & ~ZX_VMO_RESIZABLE) != 0) return fail(Status::InvalidArgs);
  auto vmo = TRY(vm::Vmo::create(size, options != 0 ? vm::Resizable::Yes : vm::Resizable::No));
  vmo->set_content_size(size);
  return ctx.deliver(out, Handle(TRY(VmoObject::create(std::move(vmo)))));
}

exec::Eventually<Status> sys_vmo_read(SyscallContext& ctx, HandleValue handle,
                                      UserOut<std::byte> buffer, uint64_t offset,
                                      size_t buffer_size) {
  auto vmo = ctx.get<VmoObject>(handle, rights::kRead);
  if (!vmo) return vmo.error();
  return in_steps(
      ctx, std::move(*vmo), {offset, buffer_size},
      [to = buffer](vm::Vmo& from, vm::ByteRange& rest) mutable { return from.read(rest, to); });
}

exec::Eventually<Status> sys_vmo_write(SyscallContext& ctx, HandleValue handle,
                                       UserIn<std::byte> buffer, uint64_t offset,
                                       size_t buffer_size) {
  auto vmo = ctx.get<VmoObject>(handle, rights::kWrite);
  if (!vmo) return vmo.error();
  return in_steps(
      ctx, std::move(*vmo), {offset, buffer_size},
      [from = buffer](vm::Vmo& to, vm::ByteRange& rest) mutable { return to.write(rest, from); });
}

Result<> sys_vmo_get_size(SyscallContext& ctx, HandleValue handle, UserOut<uint64_t> size) {
  auto vmo = TRY(ctx.get<VmoObject>(handle));
  return size.write(vmo->vmo()->size());
}

exec::Eventually<Status> sys_vmo_set_size(SyscallContext& ctx, HandleValue handle, uint64_t size) {
  auto vmo = ctx.get<VmoObject>(handle, rights::kWrite);
  if (!vmo) return vmo.error();
  exec::Portion portion;
  const auto done = (*vmo)->vmo()->set_size_some(size, portion);
  if (!done) return done.error();
  if (*done) return Status::Ok;
  return shrink_the_rest(ctx, std::move(*vmo), size);
}

exec::Eventually<Status> sys_vmo_op_range(SyscallContext& ctx, HandleValue handle, uint32_t op,
                                          uint64_t offset, uint64_t size, UserInOut<std::byte>,
                                          size_t) {
  Rights held = 0;
  auto vmo = ctx.get<VmoObject>(handle, rights::kNone, &held);
  if (!vmo) return vmo.error();
  const auto needed = right_for(op);
  if (!needed) return needed.error();
  if ((held & *needed) == 0) return Status::AccessDenied;
  const vm::ByteRange range{offset, size};
  switch (op) {
    case ZX_VMO_OP_COMMIT:
      return commit(ctx, std::move(*vmo), range);
    case ZX_VMO_OP_DECOMMIT:
      return decommit(ctx, std::move(*vmo), range);
    case ZX_VMO_OP_ZERO:
      return zero(ctx, std::move(*vmo), range);
    case ZX_VMO_OP_CACHE_SYNC:
      return cache_op(ctx, std::move(*vmo), range, hal::CacheOp::SyncInstructions);
    case ZX_VMO_OP_CACHE_INVALIDATE:
      return cache_op(ctx, std::move(*vmo), range, hal::CacheOp::Invalidate);
    case ZX_VMO_OP_CACHE_CLEAN:
      return cache_op(ctx, std::move(*vmo), range, hal::CacheOp::Clean);
    default:
      return cache_op(ctx, std::move(*vmo), range, hal::CacheOp::CleanInvalidate);
  }
}

Result<> sys_vmo_create_child(SyscallContext& ctx, HandleValue handle, uint32_t options,
                              uint64_t offset, uint64_t size, UserOut<HandleValue> out) {
  Rights held = 0;
  auto parent = TRY(ctx.get<VmoObject>(handle, rights::kDuplicate | rights::kRead, &held));
  const ChildOptions wanted = TRY(child_options(options));
  auto child = TRY(parent->create_child(wanted.kind, offset, size, wanted.resizable));
  child->vmo()->set_content_size(size);
  if ((held & rights::kGetProperty) != 0) TRY(child->set_name(name_view(parent->name())));

  Rights given = held | rights::kProperty;
  if (wanted.kind != vm::ChildKind::Slice) given = (given | rights::kWrite) & ~rights::kExecute;
  if (wanted.no_write) given &= ~rights::kWrite;
  return ctx.deliver(out, Handle(std::move(child), given));
}

Result<> sys_vmo_set_cache_policy(SyscallContext& ctx, HandleValue handle, uint32_t cache_policy) {
  if ((cache_policy & ~ZX_CACHE_POLICY_MASK) != 0) return fail(Status::InvalidArgs);
  auto vmo = TRY(ctx.get<VmoObject>(handle, rights::kMap));
  return vmo->vmo()->set_cache_policy(static_cast<hal::CachePolicy>(cache_policy));
}

Result<> sys_vmo_replace_as_executable(SyscallContext& ctx, HandleValue handle, HandleValue vmex,
                                       UserOut<HandleValue> out) {
  const Result<> may = vmex == kInvalidHandle ? ctx.allow(PolicyCondition::AmbientMarkVmoExec)
                                              : validate_resource(ctx, vmex, ResourceKind::Vmex);
  // From here on the source is gone, whatever happens.
  Handle source = TRY(ctx.take(handle));
  if (!may) return may;
  if (source.type() != ObjectType::Vmo) return fail(Status::WrongType);
  source.replace_rights(source.rights() | rights::kExecute);
  return ctx.deliver(out, std::move(source));
}

}  // namespace jacinth::zircon
