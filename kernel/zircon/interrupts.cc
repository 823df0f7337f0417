// System calls on interrupts (46–52) and on message-signalled ones (64–65).
#include "object/dev/interrupt.h"

#include <zircon/syscalls/ipc.h>

#include <bit>

#include "zircon/context.h"
#include "zircon/resources.h"
#include "zircon/syscall_prototypes.h"

namespace jacinth::zircon {
namespace {

constexpr uint32_t kMostMsiVectors = 32;

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
  return fail(Status::InvalidArgs);
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

// No machine here hands message-signalled interrupts out to programs.
Result<> sys_msi_allocate(SyscallContext& ctx, HandleValue handle, uint32_t count,
                          UserOut<HandleValue>) {
  TRY(validate_resource(ctx, handle, ResourceKind::Root));
  if (!std::has_single_bit(count) || count > kMostMsiVectors) return fail(Status::InvalidArgs);
  return fail(Status::NotSupported);
}

Result<> sys_msi_create(SyscallContext& ctx, HandleValue handle, uint32_t, uint32_t, HandleValue,
                        size_t, UserOut<HandleValue>) {
  TRY(ctx.get<KernelObject>(handle));
  return fail(Status::WrongType);
}

}  // namespace jacinth::zircon
