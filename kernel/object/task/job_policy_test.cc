#include "object/task/job_policy.h"

#include <gtest/gtest.h>

#include <vector>

namespace jacinth {
namespace {

constexpr uint32_t number(PolicyCondition condition) { return static_cast<uint32_t>(condition); }
constexpr uint32_t number(PolicyAction action) { return static_cast<uint32_t>(action); }
constexpr PolicyEntry entry(PolicyCondition condition, PolicyAction action,
                            uint32_t override_rule = kOverrideDeny) {
  return {number(condition), number(action), override_rule};
}
Status set(JobPolicy& policy, PolicyMode mode, std::vector<PolicyEntry> entries) {
  return to_status(policy.set_basic(mode, entries));
}

TEST(JobPolicy, AllowsEverythingAtFirst) {
  const JobPolicy policy;
  for (uint32_t i = 0; i < kPolicyConditionCount; ++i)
    EXPECT_EQ(policy.action(static_cast<PolicyCondition>(i)), PolicyAction::Allow);
}

TEST(JobPolicy, RefusesWhatIsNoPolicy) {
  JobPolicy policy;
  EXPECT_EQ(set(policy, PolicyMode::Relative, {}), Status::InvalidArgs);
  EXPECT_EQ(set(policy, PolicyMode::Relative, {{.condition = 15}}), Status::InvalidArgs);
  EXPECT_EQ(set(policy, PolicyMode::Relative, {{.condition = 100'001}}), Status::InvalidArgs);
  EXPECT_EQ(set(policy, PolicyMode::Relative, {{.action = 5}}), Status::NotSupported);
  EXPECT_EQ(set(policy, PolicyMode::Relative, {{.override_rule = 2}}), Status::InvalidArgs);
  EXPECT_EQ(set(policy, PolicyMode::Relative, std::vector<PolicyEntry>(16)), Status::OutOfRange);
}

TEST(JobPolicy, RelativeKeepsWhatIsSetAndAbsoluteRefuses) {
  JobPolicy policy;
  const auto deny = entry(PolicyCondition::BadHandle, PolicyAction::Deny);
  const auto allow = entry(PolicyCondition::BadHandle, PolicyAction::Allow);
  EXPECT_EQ(set(policy, PolicyMode::Absolute, {deny}), Status::Ok);
  EXPECT_EQ(set(policy, PolicyMode::Absolute, {deny}), Status::Ok);  // no conflict
  EXPECT_EQ(set(policy, PolicyMode::Relative, {allow}), Status::Ok);
  EXPECT_EQ(policy.action(PolicyCondition::BadHandle), PolicyAction::Deny);
  EXPECT_EQ(set(policy, PolicyMode::Absolute, {allow}), Status::AlreadyExists);
}

TEST(JobPolicy, ConflictChangesNothing) {
  JobPolicy policy;
  EXPECT_EQ(set(policy, PolicyMode::Absolute, {entry(PolicyCondition::NewVmo, PolicyAction::Deny)}),
            Status::Ok);
  EXPECT_EQ(set(policy, PolicyMode::Absolute,
                {entry(PolicyCondition::NewPort, PolicyAction::Kill),
                 entry(PolicyCondition::NewVmo, PolicyAction::Allow)}),
            Status::AlreadyExists);
  EXPECT_EQ(policy.action(PolicyCondition::NewPort), PolicyAction::Allow);
}

TEST(JobPolicy, OverridableEntriesMayBeSetAgain) {
  JobPolicy policy;
  EXPECT_EQ(set(policy, PolicyMode::Absolute,
                {entry(PolicyCondition::NewFifo, PolicyAction::Deny, kOverrideAllow)}),
            Status::Ok);
  EXPECT_EQ(set(policy, PolicyMode::Absolute,
                {entry(PolicyCondition::NewFifo, PolicyAction::Allow, kOverrideDeny)}),
            Status::Ok);
  EXPECT_EQ(policy.action(PolicyCondition::NewFifo), PolicyAction::Allow);
  EXPECT_EQ(
      set(policy, PolicyMode::Absolute, {entry(PolicyCondition::NewFifo, PolicyAction::Deny)}),
      Status::AlreadyExists);
}

TEST(JobPolicy, NewAnyMeansEveryNewAndMayBeRefined) {
  JobPolicy policy;
  EXPECT_EQ(set(policy, PolicyMode::Absolute,
                {entry(PolicyCondition::NewAny, PolicyAction::Deny),
                 entry(PolicyCondition::NewEvent, PolicyAction::Allow)}),
            Status::Ok);
  EXPECT_EQ(policy.action(PolicyCondition::NewVmo), PolicyAction::Deny);
  EXPECT_EQ(policy.action(PolicyCondition::NewChannel), PolicyAction::Deny);
  EXPECT_EQ(policy.action(PolicyCondition::NewProfile), PolicyAction::Deny);
  EXPECT_EQ(policy.action(PolicyCondition::NewEvent), PolicyAction::Allow);
  EXPECT_EQ(policy.action(PolicyCondition::BadHandle), PolicyAction::Allow);
  EXPECT_EQ(policy.action(PolicyCondition::AmbientMarkVmoExec), PolicyAction::Allow);
}

TEST(JobPolicy, TimerSlackOnlyGrows) {
  JobPolicy policy;
  EXPECT_EQ(to_status(policy.set_timer_slack({.amount = nanoseconds(-1)})), Status::InvalidArgs);
  EXPECT_TRUE(policy.set_timer_slack({.amount = microseconds(7)}));
  EXPECT_TRUE(policy.set_timer_slack({.amount = microseconds(3), .mode = exec::Slack::Mode::Late}));
  EXPECT_EQ(policy.timer_slack().amount, microseconds(7));
  EXPECT_EQ(policy.timer_slack().mode, exec::Slack::Mode::Late);
}

}  // namespace
}  // namespace jacinth
