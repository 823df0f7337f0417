#include "zircon/resources.h"

#include <algorithm>

#include <zircon/syscalls/resource.h>

#include "zircon/info.h"
#include "zircon/syscall_prototypes.h"

namespace jacinth::zircon {

Result<> validate_resource(SyscallContext& ctx, HandleValue handle, ResourceKind kind) {
  auto resource = TRY(ctx.get<Resource>(handle));
  return resource->check(kind);
}

Result<> validate_resource(SyscallContext& ctx, HandleValue handle, ResourceKind kind,
                           uint64_t base, uint64_t size) {
  auto resource = TRY(ctx.get<Resource>(handle));
  return resource->check(kind, {base, size});
}

Result<> sys_resource_create(SyscallContext& ctx, HandleValue parent_rsrc, uint32_t options,
                             uint64_t base, size_t size, UserIn<char> name, size_t name_size,
                             UserOut<HandleValue> out) {
  auto parent = TRY(ctx.get<Resource>(parent_rsrc, rights::kWrite));
  NameArgument wanted;
  if (!name.is_null()) wanted = TRY(read_name(name, name_size));
  return ctx.deliver(out, TRY(parent->create_child(options, {base, size}, wanted.view())));
}

Result<> info_resource(InfoQuery& query) {
  auto resource = TRY(query.get<Resource>(rights::kInspect));
  zx_info_resource_t record{};
  record.kind = static_cast<uint32_t>(resource->kind());
  record.flags = resource->flags();
  record.base = resource->range().base;
  record.size = resource->range().size;
  std::ranges::copy(resource->name(), record.name);
  return query.answer_one(record);
}

}  // namespace jacinth::zircon
