// System calls on the kernel's event trace (59–61) and on the machine's own tracing (66).
#include <zircon/syscalls/system.h>

#include <algorithm>

#include "exec/trace_ring.h"
#include "zircon/context.h"
#include "zircon/resources.h"
#include "zircon/syscall_prototypes.h"

namespace jacinth::zircon {
namespace {

constexpr uint32_t kMaxProbe = 0x7ff;
constexpr size_t kReadAtOnce = 1024;

Result<int64_t> new_probe(UserInOut<std::byte> ptr) {
  exec::ProbeName name{};
  TRY(UserIn<char>(ptr.address()).read_array(name));
  name.back() = '\0';
  // What follows the end does not belong to the name.
  std::fill(std::ranges::find(name, '\0'), name.end(), '\0');
  return TRY(exec::add_probe(name));
}

}  // namespace

Result<> sys_ktrace_read(SyscallContext& ctx, HandleValue handle, UserOut<std::byte> data,
                         uint32_t offset, size_t data_size, UserOut<size_t> actual) {
  TRY(validate_resource(ctx, handle, ResourceKind::Root));
  // Without a buffer: how much there is.
  if (data.is_null()) return actual.write(exec::trace_bytes());
  size_t done = 0;
  while (done < data_size) {
    std::byte some[kReadAtOnce];
    const size_t got =
        exec::read_trace(offset + done, {some, std::min(data_size - done, kReadAtOnce)});
    if (got == 0) break;
    TRY(data.write_array({some, got}, done));
    done += got;
  }
  return actual.write(done);
}

Result<int64_t> sys_ktrace_control(SyscallContext& ctx, HandleValue handle, uint32_t action,
                                   uint32_t options, UserInOut<std::byte> ptr) {
  TRY(validate_resource(ctx, handle, ResourceKind::Root));
  switch (action) {
    case ZX_KTRACE_ACTION_START:
      TRY(exec::start_trace(options != 0 ? options : exec::trace_group::kAll));
      return 0;
    case ZX_KTRACE_ACTION_STOP:
      exec::stop_trace();
      return 0;
    case ZX_KTRACE_ACTION_REWIND:
      exec::rewind_trace();
      return 0;
    case ZX_KTRACE_ACTION_NEW_PROBE:
      return new_probe(ptr);
    default:
      return fail(Status::InvalidArgs);
  }
}

Result<> sys_ktrace_write(SyscallContext& ctx, HandleValue handle, uint32_t id, uint32_t arg0,
                          uint32_t arg1) {
  TRY(validate_resource(ctx, handle, ResourceKind::Root));
  if (id > kMaxProbe) return fail(Status::InvalidArgs);
  if (!exec::traces(exec::trace_group::kProbe)) return fail(Status::Unavailable);
  exec::trace(exec::trace_tag(exec::trace_event::kFirstProbe + id, exec::trace_group::kProbe),
              ctx.thread().koid(), arg0, arg1);
  return {};
}

// No machine here has a tracing unit of its own.
// Neither kind of processor trace, performance counters (0) or instructions (1), is there.
Result<> sys_mtrace_control(SyscallContext& ctx, HandleValue handle, uint32_t kind, uint32_t,
                            uint32_t, UserInOut<std::byte>, size_t) {
  constexpr uint32_t kKinds = 2;
  TRY(validate_resource(ctx, handle, ResourceKind::Root));
  return fail(kind < kKinds ? Status::NotSupported : Status::InvalidArgs);
}

}  // namespace jacinth::zircon
