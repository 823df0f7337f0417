// System calls on interrupts (46–52) and on message-signalled ones (64–65).
#include <zircon/syscalls/ipc.h>

#include "object/dev/device_interrupt.h"
#include "object/vm/vmo_object.h"
#include "zircon/context.h"
#include "zircon/info.h"
#include "zircon/resources.h"
#include "zircon/syscall_prototypes.h"

namespace jacinth::zircon {
namespace {

// INVALID_ARGS: an unknown option or mode; "both edges" is none that a controller here has.
Result<hal::TriggerMode> trigger_mode(uint32_t options) {
  if ((options & ~(ZX_INTERRUPT_REMAP_IRQ | ZX_INTERRUPT_MODE_MASK)) != 0)
    return fail(Status::InvalidArgs);
  switch (options & ZX_INTERRUPT_MODE_MASK) {
    case ZX_INTERRUPT_MODE_DEFAULT:
      return hal::TriggerMode::Default;
    case ZX_INTERRUPT_MODE_EDGE_LOW:
      return hal::TriggerMode::EdgeLow;
    case ZX_INTERRUPT_MODE_EDGE_HIGH:
      return hal::TriggerMode::EdgeHigh;
    case ZX_INTERRUPT_MODE_LEVEL_LOW:
      return hal::TriggerMode::LevelLow;
    case ZX_INTERRUPT_MODE_LEVEL_HIGH:
      return hal::TriggerMode::LevelHigh;
    default:
      return fail(Status::InvalidArgs);
  }
}

// Where the device's capability lies must be its registers, or memory that they could lie in.
Result<> check_capability_vmo(const VmoObject& vmo, size_t offset) {
  constexpr size_t kCapabilityBytes = 24;
  const vm::VmoInfo info = vmo.vmo()->info();
  const bool in_one_piece = !info.paged || info.contiguous;
  if (!in_one_piece || info.cache_policy != hal::CachePolicy::UncachedDevice)
    return fail(Status::InvalidArgs);
  if (offset > info.size || info.size - offset < kCapabilityBytes) return fail(Status::InvalidArgs);
  return {};
}

Status tell(const Result<Instant>& when, UserOut<int64_t> timestamp) {
  if (!when) return when.error();
  return timestamp.is_null() ? Status::Ok : to_status(timestamp.write(when->ns));
}

exec::Task<Status> tell_later(exec::Eventually<Result<Instant>> wait, UserOut<int64_t> timestamp) {
  const Result<Instant> when = co_await std::move(wait);
  co_return tell(when, timestamp);
}

}  // namespace

Result<> sys_interrupt_create(SyscallContext& ctx, HandleValue src_obj, uint32_t src_num,
                              uint32_t options, UserOut<HandleValue> out) {
  if ((options & ZX_INTERRUPT_VIRTUAL) != 0) {
    if (options != ZX_INTERRUPT_VIRTUAL) return fail(Status::InvalidArgs);
    return ctx.deliver(out, Handle(TRY(Interrupt::create_virtual())));
  }
  TRY(validate_resource(ctx, src_obj, ResourceKind::Irq, src_num, 1));
  return ctx.deliver(out,
                     Handle(TRY(DeviceInterrupt::create(src_num, TRY(trigger_mode(options))))));
}

Result<> sys_interrupt_bind(SyscallContext& ctx, HandleValue handle, HandleValue port, uint64_t key,
                            uint32_t options) {
  if (options != ZX_INTERRUPT_BIND && options != ZX_INTERRUPT_UNBIND)
    return fail(Status::InvalidArgs);
  auto interrupt = TRY(ctx.get<Interrupt>(handle, rights::kRead));
  auto to = TRY(ctx.get<Port>(port, rights::kWrite));
  if (options == ZX_INTERRUPT_UNBIND) return interrupt->unbind(*to);
  return interrupt->bind(std::move(to), key);
}

exec::Eventually<Status> sys_interrupt_wait(SyscallContext& ctx, HandleValue handle,
                                            UserOut<zx_time_t> timestamp) {
  auto interrupt = ctx.get<Interrupt>(handle, rights::kWait);
  if (!interrupt) return interrupt.error();
  auto wait = Interrupt::wait(std::move(*interrupt));
  if (wait.ready()) return tell(wait.value(), timestamp);
  ctx.thread().set_blocked_reason(BlockedReason::Interrupt);
  return tell_later(std::move(wait), timestamp);
}

Result<> sys_interrupt_destroy(SyscallContext& ctx, HandleValue handle) {
  auto interrupt = TRY(ctx.get<Interrupt>(handle));
  return interrupt->destroy();
}

Result<> sys_interrupt_ack(SyscallContext& ctx, HandleValue handle) {
  auto interrupt = TRY(ctx.get<Interrupt>(handle, rights::kWrite));
  return interrupt->ack();
}

Result<> sys_interrupt_trigger(SyscallContext& ctx, HandleValue handle, uint32_t options,
                               Instant timestamp) {
  if (options != 0) return fail(Status::InvalidArgs);
  auto interrupt = TRY(ctx.get<Interrupt>(handle, rights::kSignal));
  return interrupt->trigger(timestamp);
}

// No machine here runs guests, so there is no handle to a virtual CPU.
Result<> sys_interrupt_bind_vcpu(SyscallContext& ctx, HandleValue handle, HandleValue vcpu,
                                 uint32_t) {
  TRY(ctx.get<Interrupt>(handle, rights::kRead));
  TRY(ctx.get<KernelObject>(vcpu));
  return fail(Status::WrongType);
}

Result<> sys_msi_allocate(SyscallContext& ctx, HandleValue handle, uint32_t count,
                          UserOut<HandleValue> out) {
  TRY(validate_resource(ctx, handle, ResourceKind::Root));
  return ctx.deliver(out, Handle(TRY(MsiAllocation::create(count))));
}

// Each message comes once, so there is nothing to mask in the device meanwhile.
Result<> sys_msi_create(SyscallContext& ctx, HandleValue handle, uint32_t options, uint32_t msi_id,
                        HandleValue vmo, size_t vmo_offset, UserOut<HandleValue> out) {
  if (options != 0) return fail(Status::InvalidArgs);
  auto allocation = TRY(ctx.get<MsiAllocation>(handle));
  auto registers = TRY(ctx.get<VmoObject>(vmo, rights::kMap));
  TRY(check_capability_vmo(*registers, vmo_offset));
  return ctx.deliver(out, Handle(TRY(DeviceInterrupt::create(std::move(allocation), msi_id))));
}

Result<> info_msi(InfoQuery& query) {
  auto allocation = TRY(query.get<MsiAllocation>(rights::kInspect));
  zx_info_msi_t record{};
  record.target_addr = allocation->messages().address;
  record.target_data = allocation->messages().data;
  record.base_irq_id = allocation->messages().first;
  record.num_irq = allocation->count();
  record.interrupt_count = allocation->used();
  return query.answer_one(record);
}

}  // namespace jacinth::zircon
