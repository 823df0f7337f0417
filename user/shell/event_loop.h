// One port for all that the shell waits for: typing, programs' output, programs' ends, crashes.
#pragma once

#include <zircon/types.h>

#include "lib/handle.h"

namespace shell {

// Told when signals it watches for have come. May be told once too often: after the object it asked
// about is gone, a packet may still be in the port. So it looks for itself what there is to do.
class Watcher {
 public:
  virtual void on_signals(zx_signals_t observed) = 0;

 protected:
  ~Watcher() = default;
};

// A watcher that calls a method of `Owner`, which it is a member of.
template <typename Owner>
class MemberWatcher final : public Watcher {
 public:
  using Method = void (Owner::*)(zx_signals_t);
  MemberWatcher(Owner* owner, Method method) : owner_(owner), method_(method) {}
  void on_signals(zx_signals_t observed) override { (owner_->*method_)(observed); }

 private:
  Owner* const owner_;
  const Method method_;
};

class EventLoop {
 public:
  zx_status_t open();
  // Tells `watcher` once, when `object` has any of `signals`. The watcher lives as long as the
  // loop.
  void watch(zx_handle_t object, zx_signals_t signals, Watcher& watcher);
  // Waits for one event and has it handled.
  void dispatch();

 private:
  user::Handle port_;
};

}  // namespace shell
