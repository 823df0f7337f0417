// System calls on handles as such (42–45).
#include <algorithm>

#include "exec/activity.h"
#include "zircon/context.h"
#include "zircon/syscall_prototypes.h"

namespace jacinth::zircon {
namespace {

constexpr size_t kCloseAtOnce = 64;

// Closes handles[first, first + count), kCloseAtOnce at most.
Result<> close_few(SyscallContext& ctx, UserIn<HandleValue> handles, size_t first, size_t count,
                   Status* worst) {
  HandleValue values[kCloseAtOnce];
  TRY(handles.read_array({values, count}, first));
  for (HandleValue value : std::span(values, count)) {
    if (value != kInvalidHandle && !ctx.take(value)) *worst = Status::BadHandle;
  }
  return {};
}

// To the end, also for a caller that is being suspended: nobody could tell it where to go on.
exec::Task<Status> close_in_steps(SyscallContext ctx, UserIn<HandleValue> handles, size_t count) {
  Status worst = Status::Ok;
  for (size_t done = 0; done < count; done += kCloseAtOnce) {
    const size_t few = std::min(kCloseAtOnce, count - done);
    if (const auto read = close_few(ctx, handles, done, few, &worst); !read) co_return read.error();
    if (ctx.thread().killed()) co_return worst;
    co_await exec::yield();
  }
  co_return worst;
}

[[gnu::noinline]] Result<> close(SyscallContext& ctx, HandleValue handle) {
  const auto taken = ctx.take(handle);
  if (!taken) return fail(taken.error());
  return {};
}

}  // namespace

Result<> sys_handle_close(SyscallContext& ctx, HandleValue handle) {
  if (handle == kInvalidHandle) return {};  // closing none is closing nothing, as with close_many
  return close(ctx, handle);
}

exec::Eventually<Status> sys_handle_close_many(SyscallContext& ctx, UserIn<HandleValue> handles,
                                               size_t num_handles) {
  Status worst = Status::Ok;
  if (num_handles > kCloseAtOnce) return close_in_steps(ctx, handles, num_handles);
  if (const auto read = close_few(ctx, handles, 0, num_handles, &worst); !read) return read.error();
  return worst;
}

Result<> sys_handle_duplicate(SyscallContext& ctx, HandleValue handle, Rights rights,
                              UserOut<HandleValue> out) {
  const auto copy = ctx.handles().duplicate(handle, rights);
  if (copy) return ctx.tell(out, *copy);
  if (copy.error() == Status::BadHandle) ctx.process().note_bad_handle();
  return fail(copy.error());
}

Result<> sys_handle_replace(SyscallContext& ctx, HandleValue handle, Rights rights,
                            UserOut<HandleValue> out) {
  // The source goes whatever happens next.
  Handle source = TRY(ctx.take(handle));
  if (rights == rights::kSame) rights = source.rights();
  if ((rights & ~source.rights()) != 0) return fail(Status::InvalidArgs);
  source.replace_rights(rights);
  return ctx.deliver(out, std::move(source));
}

}  // namespace jacinth::zircon
