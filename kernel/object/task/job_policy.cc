#include "object/task/job_policy.h"

#include <algorithm>

namespace jacinth {

Result<> JobPolicy::set_basic(PolicyMode mode, std::span<const PolicyEntry> entries) {
  if (entries.empty()) return fail(Status::InvalidArgs);
  if (entries.size() > kPolicyConditionCount) return fail(Status::OutOfRange);
  Rules wished = rules_;
  for (const PolicyEntry& entry : entries) {
    if (entry.condition >= kPolicyConditionCount) return fail(Status::InvalidArgs);
    if (entry.override_rule > kOverrideDeny) return fail(Status::InvalidArgs);
    if (entry.action >= kPolicyActionCount) return fail(Status::NotSupported);
    const auto first_new = static_cast<uint32_t>(PolicyCondition::NewVmo);
    const auto last_new = static_cast<uint32_t>(PolicyCondition::NewProfile);
    const bool any = entry.condition == static_cast<uint32_t>(PolicyCondition::NewAny);
    const uint32_t first = any ? first_new : entry.condition;
    const uint32_t last = any ? last_new : entry.condition;
    for (uint32_t condition = first; condition <= last; ++condition)
      TRY(set_rule(wished, mode, condition, entry));
  }
  rules_ = wished;
  return {};
}

// Judged by what the policy was before the call, so that entries of one call may refine each other.
Result<> JobPolicy::set_rule(Rules& wished, PolicyMode mode, uint32_t condition,
                             const PolicyEntry& entry) const {
  const auto action = static_cast<PolicyAction>(entry.action);
  const Rule& old = rules_[condition];
  if (!old.final) {
    wished[condition] = {.action = action, .final = entry.override_rule == kOverrideDeny};
    return {};
  }
  if (mode == PolicyMode::Absolute && old.action != action) return fail(Status::AlreadyExists);
  return {};
}

Result<> JobPolicy::set_timer_slack(exec::Slack slack) {
  if (slack.amount < Duration{}) return fail(Status::InvalidArgs);
  slack_ = {.amount = std::max(slack_.amount, slack.amount), .mode = slack.mode};
  return {};
}

}  // namespace jacinth
