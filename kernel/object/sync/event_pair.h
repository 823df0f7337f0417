// EventPair: two events that know each other; a user of one end can signal the other, and sees when
// it has gone.
#pragma once

#include "object/ipc/peered.h"

namespace jacinth {

class EventPair final : public PeeredObject<EventPair> {
 public:
  static constexpr ObjectType kType = ObjectType::EventPair;

  // NO_MEMORY.
  static Result<HandlePair> create() { return make_pair(); }

  explicit EventPair(RefPtr<PeerHolder> holder) : PeeredObject(std::move(holder), 0) {}

  ObjectType type() const override { return kType; }
  Rights default_rights() const override {
    return rights::kBasic | rights::kSignal | rights::kSignalPeer;
  }
  Signals user_settable_signals() const override { return signals::kUserAll | signals::kSignaled; }
};

}  // namespace jacinth
