// Event: nothing but signals that users raise and clear.
#pragma once

#include "object/kernel_object.h"

namespace jacinth {

class Event final : public KernelObject {
 public:
  static constexpr ObjectType kType = ObjectType::Event;

  static Result<RefPtr<Event>> create() { return make_ref<Event>(); }

  ObjectType type() const override { return kType; }
  Rights default_rights() const override { return rights::kBasic | rights::kSignal; }
  Signals user_settable_signals() const override { return signals::kUserAll | signals::kSignaled; }
};

}  // namespace jacinth
