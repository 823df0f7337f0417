// Profile: how a thread is scheduled, as an object that can be handed to who may only apply it.
#pragma once

#include <cstdint>
#include <optional>

#include "base/units.h"
#include "object/kernel_object.h"

namespace jacinth {

class Thread;

// Constant once made.
class Profile final : public KernelObject {
 public:
  static constexpr ObjectType kType = ObjectType::Profile;

  // So much work, done at the latest so long after each start of a period.
  struct Deadline {
    Duration capacity;
    Duration relative_deadline;
    Duration period;
    // 0 < capacity <= relative deadline <= period.
    bool valid() const;
  };
  // What is absent a thread keeps as it is.
  struct Settings {
    std::optional<int> priority;
    std::optional<Deadline> deadline;
    std::optional<uint64_t> cpus;  // a bit each
  };

  // INVALID_ARGS: a priority outside 0..31, one beside a deadline, an invalid deadline. NO_MEMORY.
  static Result<RefPtr<Profile>> create(const Settings& settings);
  explicit Profile(const Settings& settings) : settings_(settings) {}

  ObjectType type() const override { return kType; }
  Rights default_rights() const override {
    return (rights::kBasic & ~rights::kWait) | rights::kApplyProfile;
  }

  // A thread with a deadline runs before those of any priority that are not the highest: it gets
  // its capacity, and nobody takes it away when it runs for longer. BAD_STATE: not started, dying
  // or dead. INVALID_ARGS: none of the CPUs exists.
  Result<> apply(Thread& thread) const;

 private:
  const Settings settings_;
};

}  // namespace jacinth
