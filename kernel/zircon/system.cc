// System calls on the system as a whole: sleep, entropy, console, power, test calls.
#include <zircon/syscalls/resource.h>

#include <algorithm>

#include "exec/service.h"
#include "exec/waiter.h"
#include "hal/clock.h"
#include "hal/console.h"
#include "hal/machine.h"
#include "object/dev/memory_pressure.h"
#include "object/dev/resource.h"
#include "object/task/job.h"
#include "zircon/console_input.h"
#include "zircon/context.h"
#include "zircon/resources.h"
#include "zircon/syscall_prototypes.h"

namespace jacinth::zircon {
namespace {

constexpr size_t kMaxEntropy = 256;
constexpr size_t kMaxConsoleWrite = 256;

exec::Task<Status> sleep_until(Instant deadline, exec::Slack slack) {
  exec::Waiter waiter;
  const Status status = co_await waiter.wait(deadline, slack);
  co_return status == Status::TimedOut ? Status::Ok : status;
}

exec::Task<Status> give_way() {
  co_await exec::yield();
  co_return Status::Ok;
}

// No machine here is put to sleep.
Result<> check_sleep_state(UserIn<zx_system_powerctl_arg_t> arg) {
  constexpr uint8_t kDeepest = 5;
  const uint8_t state = TRY(arg.read())
  .acpi_transition_s_state.target_s_state;
  return fail(state == 0 || state > kDeepest ? Status::InvalidArgs : Status::NotSupported);
}

}  // namespace

exec::Eventually<Status> sys_nanosleep(SyscallContext& ctx, Instant deadline) {
  if (deadline.ns <= 0) return give_way();
  if (deadline <= hal::now()) return Status::Ok;
  ctx.thread().set_blocked_reason(BlockedReason::Sleeping);
  return sleep_until(deadline, ctx.timer_slack());
}

Result<int64_t> sys_clock_get_monotonic_via_kernel(SyscallContext&) { return hal::now().ns; }

Result<int64_t> sys_ticks_get_via_kernel(SyscallContext&) {
  return static_cast<int64_t>(hal::ticks());
}

Result<> sys_cprng_draw_once(SyscallContext&, UserOut<std::byte> buffer, size_t buffer_size) {
  if (buffer_size > kMaxEntropy) return fail(Status::InvalidArgs);
  std::byte bytes[kMaxEntropy];
  const std::span drawn(bytes, buffer_size);
  hal::entropy(drawn);
  return buffer.write_array(drawn);
}

Result<> sys_cprng_add_entropy(SyscallContext&, UserIn<std::byte> buffer, size_t buffer_size) {
  if (buffer_size > kMaxEntropy) return fail(Status::InvalidArgs);
  // Read, so that a bad pointer is told; the machine's own source needs no help.
  std::byte bytes[kMaxEntropy];
  return buffer.read_array({bytes, buffer_size});
}

Result<> sys_debug_write(SyscallContext&, UserIn<char> buffer, size_t buffer_size) {
  char text[kMaxConsoleWrite];
  const std::span taken(text, std::min(buffer_size, kMaxConsoleWrite));
  TRY(buffer.read_array(taken));
  hal::console_write({taken.data(), taken.size()});
  return {};
}

exec::Eventually<Status> sys_debug_read(SyscallContext& ctx, HandleValue handle,
                                        UserOut<char> buffer, size_t buffer_size,
                                        UserOut<size_t> actual) {
  if (const auto may = validate_resource(ctx, handle, ResourceKind::Root); !may) return may.error();
  return read_console(ctx.thread(), buffer, buffer_size, actual);
}

Result<> sys_system_get_event(SyscallContext& ctx, HandleValue root_job,
                              zx_system_event_type_t kind, UserOut<HandleValue> event) {
  if (kind < 1 || kind > kPressureLevels) return fail(Status::InvalidArgs);
  auto job = TRY(ctx.get<Job>(root_job, rights::kManageProcess));
  if (!job->is_root()) return fail(Status::AccessDenied);
  constexpr Rights kRights = rights::kWait | rights::kDuplicate | rights::kTransfer;
  return ctx.deliver(event, Handle(pressure_event(static_cast<PressureLevel>(kind)), kRights));
}

exec::Eventually<Status> sys_system_powerctl(SyscallContext& ctx, HandleValue resource,
                                             uint32_t cmd, UserIn<zx_system_powerctl_arg_t> arg) {
  if (const auto may = validate_resource(ctx, resource, ResourceKind::Root); !may)
    return may.error();
  switch (cmd) {
    case ZX_SYSTEM_POWERCTL_REBOOT:
    case ZX_SYSTEM_POWERCTL_REBOOT_BOOTLOADER:
    case ZX_SYSTEM_POWERCTL_REBOOT_RECOVERY:
      hal::reboot();
    case ZX_SYSTEM_POWERCTL_SHUTDOWN:
      hal::power_off(0);
    case ZX_SYSTEM_POWERCTL_ENABLE_ALL_CPUS:
      return exec::put_in_service(~uint64_t{0});
    case ZX_SYSTEM_POWERCTL_DISABLE_ALL_CPUS_BUT_PRIMARY:
      return exec::put_in_service(1);
    case ZX_SYSTEM_POWERCTL_ACPI_TRANSITION_S_STATE:
      return to_status(check_sleep_state(arg));
    case ZX_SYSTEM_POWERCTL_X86_SET_PKG_PL1:
      return arg.read() ? Status::NotSupported : Status::InvalidArgs;
    default:
      return Status::InvalidArgs;
  }
}

}  // namespace jacinth::zircon
