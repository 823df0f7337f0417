// SignalHandlers: what a process wants done with each signal. Threads share one; so may processes.
#pragma once

#include <array>

#include "abi/linux/types.h"
#include "base/ref_ptr.h"
#include "base/spinlock.h"
#include "linux/signals/signal_set.h"

namespace jacinth::linux {

class SignalHandlers final : public RefCounted {
 public:
  static Result<RefPtr<SignalHandlers>> create();
  // For a process that does not share them; `clear`: all as after exec (CLONE_CLEAR_SIGHAND).
  Result<RefPtr<SignalHandlers>> copy(bool clear);

  abi::sigaction get(int32_t signal);
  // Returns what was there before.
  abi::sigaction set(int32_t signal, const abi::sigaction& action);
  // The action to take now; back to the default after it where it asks for that.
  abi::sigaction use(int32_t signal);
  // Whether a signal is dropped as soon as it is sent.
  bool ignores(int32_t signal);
  static bool is_ignored(const abi::sigaction& action, int32_t signal) {
    if (action.handler == signal_action::kIgnore) return true;
    return action.handler == signal_action::kDefault &&
           default_action(signal) == DefaultAction::Ignore;
  }
  // What execve leaves: handlers go, ignored signals stay so.
  void reset_for_exec();
  // For a fault whose signal is blocked or ignored: it kills.
  void make_default(int32_t signal);

 private:
  template <typename T, typename... Args>
  friend Result<RefPtr<T>> jacinth::make_ref(Args&&...);
  SignalHandlers() = default;

  SpinLock lock_{LockRank::LinuxPart};
  std::array<abi::sigaction, kLastSignal> actions_ GUARDED_BY(lock_){};
};

}  // namespace jacinth::linux
