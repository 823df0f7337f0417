// System calls on profiles (76, 105).
#include <zircon/syscalls/profile.h>

#include "object/task/job.h"
#include "object/task/profile.h"
#include "zircon/context.h"
#include "zircon/syscall_prototypes.h"

namespace jacinth::zircon {
namespace {

constexpr uint32_t kKnownFlags =
    ZX_PROFILE_INFO_FLAG_PRIORITY | ZX_PROFILE_INFO_FLAG_CPU_MASK | ZX_PROFILE_INFO_FLAG_DEADLINE;

Profile::Settings settings_of(const zx_profile_info_t& info) {
  Profile::Settings settings;
  if ((info.flags & ZX_PROFILE_INFO_FLAG_PRIORITY) != 0) settings.priority = info.priority;
  if ((info.flags & ZX_PROFILE_INFO_FLAG_DEADLINE) != 0) {
    settings.deadline = {.capacity = nanoseconds(info.deadline_params.capacity),
                         .relative_deadline = nanoseconds(info.deadline_params.relative_deadline),
                         .period = nanoseconds(info.deadline_params.period)};
  }
  // CPUs beyond those that a word can name do not exist.
  if ((info.flags & ZX_PROFILE_INFO_FLAG_CPU_MASK) != 0)
    settings.cpus = info.cpu_affinity_mask.mask[0];
  return settings;
}

}  // namespace

Result<> sys_profile_create(SyscallContext& ctx, HandleValue root_job, uint32_t options,
                            UserIn<zx_profile_info_t> profile, UserOut<HandleValue> out) {
  TRY(ctx.allow(PolicyCondition::NewProfile));
  if (options != 0) return fail(Status::InvalidArgs);
  auto job = TRY(ctx.get<Job>(root_job, rights::kManageProcess));
  if (!job->is_root()) return fail(Status::AccessDenied);
  const zx_profile_info_t info = TRY(profile.read());
  if (info.flags == 0) return fail(Status::NotSupported);
  if ((info.flags & ~kKnownFlags) != 0) return fail(Status::InvalidArgs);
  return ctx.deliver(out, Handle(TRY(Profile::create(settings_of(info)))));
}

Result<> sys_object_set_profile(SyscallContext& ctx, HandleValue handle, HandleValue profile,
                                uint32_t options) {
  auto thread = TRY(ctx.get<Thread>(handle, rights::kManageThread));
  auto wanted = TRY(ctx.get<Profile>(profile, rights::kApplyProfile));
  if (options != 0) return fail(Status::InvalidArgs);
  return wanted->apply(*thread);
}

}  // namespace jacinth::zircon
