// System calls on clocks (10–11, 13–16).
#include "object/sync/clock.h"

#include <zircon/syscalls/clock.h>

#include "hal/clock.h"
#include "object/sync/utc.h"
#include "zircon/context.h"
#include "zircon/resources.h"
#include "zircon/syscall_prototypes.h"

namespace jacinth::zircon {
namespace {

static_assert(sizeof(Clock::Details) == sizeof(zx_clock_details_v1_t));
static_assert(sizeof(Clock::UpdateArgs) == sizeof(zx_clock_update_args_v1_t));

}  // namespace

Result<> sys_clock_get(SyscallContext& ctx, zx_clock_t clock_id, UserOut<zx_time_t> out) {
  switch (clock_id) {
    case ZX_CLOCK_MONOTONIC:
      return out.write(hal::now().ns);
    case ZX_CLOCK_UTC:
      return out.write(utc_now_ns());
    case ZX_CLOCK_THREAD:
      return out.write(ctx.thread().stats().runtime.ns);
    default:
      return fail(Status::InvalidArgs);
  }
}

Result<> sys_clock_adjust(SyscallContext& ctx, HandleValue handle, zx_clock_t clock_id,
                          int64_t offset) {
  TRY(validate_resource(ctx, handle, ResourceKind::Root));
  if (clock_id == ZX_CLOCK_MONOTONIC) return fail(Status::AccessDenied);
  if (clock_id != ZX_CLOCK_UTC) return fail(Status::InvalidArgs);
  set_utc_offset_ns(offset);
  return {};
}

Result<> sys_clock_create(SyscallContext& ctx, uint64_t options, UserIn<std::byte> args,
                          UserOut<HandleValue> out) {
  int64_t backstop = 0;
  const uint64_t version = Clock::version(options);
  if (version > 1 || args.is_null() != (version == 0)) return fail(Status::InvalidArgs);
  if (version == 1) backstop = TRY(UserIn<zx_clock_create_args_v1_t>(args.address()).read())
  .backstop_time;
  return ctx.deliver(out, Handle(TRY(Clock::create(options, backstop))));
}

Result<> sys_clock_read(SyscallContext& ctx, HandleValue handle, UserOut<zx_time_t> now) {
  auto clock = TRY(ctx.get<Clock>(handle, rights::kRead));
  return now.write(clock->read());
}

Result<> sys_clock_get_details(SyscallContext& ctx, HandleValue handle, uint64_t options,
                               UserOut<std::byte> details) {
  if (options != ZX_CLOCK_ARGS_VERSION(1) || details.is_null()) return fail(Status::InvalidArgs);
  auto clock = TRY(ctx.get<Clock>(handle, rights::kRead));
  return UserOut<Clock::Details>(details.address()).write(clock->details());
}

Result<> sys_clock_update(SyscallContext& ctx, HandleValue handle, uint64_t options,
                          UserIn<std::byte> args) {
  if (args.is_null() || Clock::version(options) != 1) return fail(Status::InvalidArgs);
  const Clock::UpdateArgs wanted = TRY(UserIn<Clock::UpdateArgs>(args.address()).read());
  if (!Clock::update_is_valid(options, wanted)) return fail(Status::InvalidArgs);
  auto clock = TRY(ctx.get<Clock>(handle, rights::kWrite));
  return clock->update(options, wanted);
}

}  // namespace jacinth::zircon
