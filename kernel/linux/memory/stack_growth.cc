// Stacks that grow downwards as they are touched: a program's first one, and mappings that were
// made so (MAP_GROWSDOWN).
#include <algorithm>

#include "linux/memory/linux_memory.h"
#include "linux/memory/memory_limits.h"
#include "object/task/thread.h"

namespace jacinth::linux {
namespace {

// What stays free between a stack and what lies below: who runs over one touches nothing else.
constexpr uint64_t kGuardBytes = 256 * kPageSize;
// Stacks grow by more than they need at once, so that a fault can fill several pages.
constexpr uint64_t kStepBytes = 16 * kPageSize;

}  // namespace

bool LinuxMemory::has_guard(VirtAddr stack) {
  const auto below = space_->mappings(stack + -std::min(kGuardBytes, raw(stack)), stack);
  if (!below) return false;
  // Other stacks keep their own distance, and what cannot be touched is a guard itself.
  return std::ranges::all_of(*below, [](const vm::MappingInfo& mapping) {
    return (mapping.note.tag & mapping_tag::kStack) != 0 || mapping.access == hal::Access::None;
  });
}

bool LinuxMemory::grow_to(VirtAddr at) {
  Thread* const toucher = Thread::current();
  const auto stack = space_->mapping_from(at);
  if (toucher == nullptr || !stack || (stack->note.tag & mapping_tag::kStack) == 0) return false;
  if (stack->base <= at) return true;  // it has grown meanwhile
  LinuxProcess& process = LinuxThread::of(*toucher).process();
  const uint64_t limit = process.limits.lock()->of[kLimitStack].soft;
  auto may_begin_at = [&](uint64_t base) {
    if (limit != kUnlimited && raw(stack->end()) - base > limit) return false;
    const bool locked = (stack->note.tag & mapping_tag::kLocked) != 0;
    return has_guard(VirtAddr{base}) &&
           check_wish(process,
                      {.bytes = raw(stack->base) - base, .promised = true, .locked = locked});
  };
  const uint64_t least = page_floor(raw(at));
  const uint64_t ample = raw(at) & ~(kStepBytes - 1);
  for (const uint64_t base : {ample, least}) {
    if (may_begin_at(base) && root_->extend_down(stack->base, raw(stack->base) - base)) return true;
  }
  return space_->mapping_of(at).has_value();
}

}  // namespace jacinth::linux
