// System calls on handles as such (42–45).
#include <algorithm>

#include "zircon/context.h"
#include "zircon/syscall_prototypes.h"

namespace jacinth::zircon {

Result<> sys_handle_close(SyscallContext& ctx, HandleValue handle) {
  if (handle == kInvalidHandle) return {};  // closing none is closing nothing, as with close_many
  TRY(ctx.take(handle));
  return {};
}

Result<> sys_handle_close_many(SyscallContext& ctx, UserIn<HandleValue> handles,
                               size_t num_handles) {
  constexpr size_t kChunk = 64;
  HandleValue values[kChunk];
  Status worst = Status::Ok;
  for (size_t done = 0; done < num_handles;) {
    const size_t count = std::min(kChunk, num_handles - done);
    TRY(handles.read_array({values, count}, done));
    for (HandleValue value : std::span(values, count)) {
      if (value != kInvalidHandle && !ctx.take(value)) worst = Status::BadHandle;
    }
    done += count;
  }
  return to_result(worst);
}

Result<> sys_handle_duplicate(SyscallContext& ctx, HandleValue handle, Rights rights,
                              UserOut<HandleValue> out) {
  Rights old_rights = 0;
  auto object = TRY(ctx.get<KernelObject>(handle, rights::kDuplicate, &old_rights));
  if (rights == rights::kSame) rights = old_rights;
  if ((rights & ~old_rights) != 0) return fail(Status::InvalidArgs);
  return ctx.deliver(out, Handle(std::move(object), rights));
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
