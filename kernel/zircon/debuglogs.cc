// System calls on the debug log (22–24), and information about small objects.
#include "object/dev/debuglog.h"

#include <zircon/syscalls/log.h>

#include <algorithm>

#include "zircon/context.h"
#include "zircon/resources.h"
#include "zircon/syscall_prototypes.h"

namespace jacinth::zircon {

static_assert(sizeof(LogRecord) == sizeof(zx_log_record_t));

Result<> sys_debuglog_create(SyscallContext& ctx, HandleValue resource, uint32_t options,
                             UserOut<HandleValue> out) {
  if (resource != kInvalidHandle) TRY(validate_resource(ctx, resource, ResourceKind::Root));
  if ((options & ~ZX_LOG_FLAG_READABLE) != 0) return fail(Status::InvalidArgs);
  const auto readable = options != 0 ? DebugLog::Readable::Yes : DebugLog::Readable::No;
  return ctx.deliver(out, TRY(DebugLog::create(readable)));
}

Result<> sys_debuglog_write(SyscallContext& ctx, HandleValue handle, uint32_t options,
                            UserIn<std::byte> buffer, size_t buffer_size) {
  if ((options & ~ZX_LOG_FLAGS_MASK) != 0) return fail(Status::InvalidArgs);
  auto log = TRY(ctx.get<DebugLog>(handle, rights::kWrite));
  char text[LogRecord::kMaxText];
  const size_t length = std::min(buffer_size, sizeof(text));
  TRY(UserIn<char>(buffer.address()).read_array({text, length}));
  log->write({text, length}, {ctx.process().koid(), ctx.thread().koid()});
  return {};
}

Result<int64_t> sys_debuglog_read(SyscallContext& ctx, HandleValue handle, uint32_t options,
                                  UserOut<std::byte> buffer, size_t buffer_size) {
  if (options != 0) return fail(Status::InvalidArgs);
  auto log = TRY(ctx.get<DebugLog>(handle, rights::kRead));
  LogRecord record;
  TRY(log->read(record));
  // A short buffer gets the record's beginning; the rest is lost.
  const size_t size = std::min(record.size(), buffer_size);
  TRY(buffer.write_array(std::as_bytes(std::span(&record, 1)).first(size)));
  return static_cast<int64_t>(size);
}

}  // namespace jacinth::zircon
