#include "object/task/profile.h"

#include "object/task/thread.h"

namespace jacinth {

bool Profile::Deadline::valid() const {
  return capacity.ns > 0 && capacity <= relative_deadline && relative_deadline <= period;
}

Result<RefPtr<Profile>> Profile::create(const Settings& settings) {
  if (settings.priority && settings.deadline) return fail(Status::InvalidArgs);
  if (settings.priority && (*settings.priority < 0 || *settings.priority >= exec::kPriorityCount))
    return fail(Status::InvalidArgs);
  if (settings.deadline && !settings.deadline->valid()) return fail(Status::InvalidArgs);
  return make_ref<Profile>(settings);
}

Result<> Profile::apply(Thread& thread) const {
  if (settings_.cpus) TRY(thread.apply_affinity(*settings_.cpus));
  if (settings_.priority) return thread.apply_priority(*settings_.priority);
  if (settings_.deadline) return thread.apply_priority(exec::kPriorityCount - 1);
  return {};
}

}  // namespace jacinth
