// JobPolicy: what the processes of a job may do, and what happens when they do it all the same.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "base/result.h"
#include "exec/deadline_queue.h"

namespace jacinth {

// What a process may be kept from doing (ZX_POL_*).
enum class PolicyCondition : uint8_t {
  BadHandle = 0,
  WrongObject = 1,
  VmarWx = 2,
  NewAny = 3,  // stands for every New… below; only as an argument
  NewVmo = 4,
  NewChannel = 5,
  NewEvent = 6,
  NewEventPair = 7,
  NewPort = 8,
  NewSocket = 9,
  NewFifo = 10,
  NewTimer = 11,
  NewProcess = 12,
  NewProfile = 13,
  AmbientMarkVmoExec = 14,
};
inline constexpr uint32_t kPolicyConditionCount = 15;

enum class PolicyAction : uint8_t { Allow, Deny, AllowException, DenyException, Kill };
inline constexpr uint32_t kPolicyActionCount = 5;

// One wish of a program, as it came: condition, action and override are numbers still to be
// checked.
struct PolicyEntry {
  uint32_t condition = 0;
  uint32_t action = 0;
  uint32_t override_rule = 0;  // kOverrideAllow or kOverrideDeny
};
// Whether jobs below, or later calls, may set the condition again.
inline constexpr uint32_t kOverrideAllow = 0;
inline constexpr uint32_t kOverrideDeny = 1;

enum class PolicyMode : uint8_t {
  Relative,  // conditions that may not be set any more keep what they have
  Absolute,  // one that may not be set to the wished action: ALREADY_EXISTS, nothing changes
};

// A value: a job's is copied into each job below when that is made, and into each process.
class JobPolicy {
 public:
  // Sets every condition in `entries`, or none. A condition may be set while its override rule
  // allows it, or to the action it has. NewAny means every New…; later entries override earlier
  // ones. OUT_OF_RANGE: more entries than conditions. INVALID_ARGS: no entries, unknown condition
  // or override rule. NOT_SUPPORTED: unknown action. ALREADY_EXISTS: see PolicyMode.
  Result<> set_basic(PolicyMode mode, std::span<const PolicyEntry> entries);

  // INVALID_ARGS: negative. The larger of old and new amount stays; the mode is replaced.
  Result<> set_timer_slack(exec::Slack slack);

  PolicyAction action(PolicyCondition condition) const {
    return rules_[static_cast<size_t>(condition)].action;
  }
  exec::Slack timer_slack() const { return slack_; }

 private:
  struct Rule {
    PolicyAction action = PolicyAction::Allow;
    bool final = false;
  };
  using Rules = std::array<Rule, kPolicyConditionCount>;

  Result<> set_rule(Rules& wished, PolicyMode mode, uint32_t condition,
                    const PolicyEntry& entry) const;

  Rules rules_{};
  exec::Slack slack_{};
};

}  // namespace jacinth
