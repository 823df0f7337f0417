// System calls on events, event pairs, ports and timers (25–26, 69, 96–99, 142–144).
#include <zircon/syscalls/port.h>

#include "object/sync/event.h"
#include "object/sync/event_pair.h"
#include "object/sync/port.h"
#include "object/sync/timer.h"
#include "zircon/context.h"
#include "zircon/syscall_prototypes.h"

namespace jacinth::zircon {
namespace {

static_assert(sizeof(PacketData) == sizeof(zx_port_packet_t));

UserIn<PacketData> packet_in(UserIn<zx_port_packet_t> packet) {
  return UserIn<PacketData>(packet.address());
}

Status deliver_packet(const Result<PacketData>& packet, UserOut<zx_port_packet_t> out) {
  if (!packet) return packet.error();
  // A packet that nobody can be told of is lost.
  return to_status(UserOut<PacketData>(out.address()).write(*packet));
}

exec::Task<Status> wait_for_packet(exec::Eventually<Result<PacketData>> coming,
                                   UserOut<zx_port_packet_t> out) {
  const Result<PacketData> packet = co_await std::move(coming);
  co_return deliver_packet(packet, out);
}

}  // namespace

Result<> sys_event_create(SyscallContext& ctx, uint32_t options, UserOut<HandleValue> out) {
  if (options != 0) return fail(Status::InvalidArgs);
  TRY(ctx.allow(PolicyCondition::NewEvent));
  return ctx.deliver(out, Handle(TRY(Event::create())));
}

Result<> sys_eventpair_create(SyscallContext& ctx, uint32_t options, UserOut<HandleValue> out0,
                              UserOut<HandleValue> out1) {
  if (options != 0) return fail(Status::NotSupported);
  TRY(ctx.allow(PolicyCondition::NewEventPair));
  auto [left, right] = TRY(EventPair::create());
  return ctx.deliver(out0, std::move(left), out1, std::move(right));
}

Result<> sys_port_create(SyscallContext& ctx, uint32_t options, UserOut<HandleValue> out) {
  TRY(ctx.allow(PolicyCondition::NewPort));
  return ctx.deliver(out, Handle(TRY(Port::create(options))));
}

Result<> sys_port_queue(SyscallContext& ctx, HandleValue handle, UserIn<zx_port_packet_t> packet) {
  auto port = TRY(ctx.get<Port>(handle, rights::kWrite));
  return port->queue_user(TRY(packet_in(packet).read()));
}

exec::Eventually<Status> sys_port_wait(SyscallContext& ctx, HandleValue handle, Instant deadline,
                                       UserOut<zx_port_packet_t> packet) {
  auto port = ctx.get<Port>(handle, rights::kRead);
  if (!port) return port.error();
  auto coming = Port::wait(std::move(*port), deadline, ctx.timer_slack());
  if (coming.ready()) return deliver_packet(coming.value(), packet);
  ctx.thread().set_blocked_reason(BlockedReason::Port);
  return wait_for_packet(std::move(coming), packet);
}

Result<> sys_port_cancel(SyscallContext& ctx, HandleValue handle, HandleValue source,
                         uint64_t key) {
  return port_cancel(ctx.handles(), handle, source, key);
}

Result<> sys_object_wait_async(SyscallContext& ctx, HandleValue handle, HandleValue port,
                               uint64_t key, Signals signals, uint32_t options) {
  return wait_async(ctx.handles(), handle, port, key, signals, options);
}

Result<> sys_timer_create(SyscallContext& ctx, uint32_t options, zx_clock_t clock_id,
                          UserOut<HandleValue> out) {
  if (clock_id != ZX_CLOCK_MONOTONIC) return fail(Status::InvalidArgs);
  TRY(ctx.allow(PolicyCondition::NewTimer));
  return ctx.deliver(out, Handle(TRY(Timer::create(options))));
}

Result<> sys_timer_set(SyscallContext& ctx, HandleValue handle, Instant deadline, Duration slack) {
  if (slack.ns < 0) return fail(Status::OutOfRange);
  auto timer = TRY(ctx.get<Timer>(handle, rights::kWrite));
  return timer->set(deadline, slack);
}

Result<> sys_timer_cancel(SyscallContext& ctx, HandleValue handle) {
  auto timer = TRY(ctx.get<Timer>(handle, rights::kWrite));
  timer->cancel();
  return {};
}

}  // namespace jacinth::zircon
