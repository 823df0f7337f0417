#include "linux/signals/signal_handlers.h"

#include <utility>

namespace jacinth::linux {

namespace {
size_t index_of(int32_t signal) { return static_cast<size_t>(signal - 1); }
}  // namespace

Result<RefPtr<SignalHandlers>> SignalHandlers::create() { return make_ref<SignalHandlers>(); }

Result<RefPtr<SignalHandlers>> SignalHandlers::copy(bool clear) {
  auto made = TRY(create());
  std::array<abi::sigaction, kLastSignal> actions;
  {
    LockGuard guard(lock_);
    actions = actions_;
  }
  {
    LockGuard guard(made->lock_);
    made->actions_ = actions;
  }
  if (clear) made->reset_for_exec();
  return made;
}

abi::sigaction SignalHandlers::get(int32_t signal) {
  LockGuard guard(lock_);
  return actions_[index_of(signal)];
}

abi::sigaction SignalHandlers::set(int32_t signal, const abi::sigaction& action) {
  LockGuard guard(lock_);
  return std::exchange(actions_[index_of(signal)], action);
}

abi::sigaction SignalHandlers::use(int32_t signal) {
  LockGuard guard(lock_);
  abi::sigaction& action = actions_[index_of(signal)];
  const abi::sigaction used = action;
  if ((used.flags & signal_action::kResetHand) != 0 && used.handler > signal_action::kIgnore)
    action.handler = signal_action::kDefault;
  return used;
}

bool SignalHandlers::ignores(int32_t signal) {
  LockGuard guard(lock_);
  return is_ignored(actions_[index_of(signal)], signal);
}

void SignalHandlers::reset_for_exec() {
  LockGuard guard(lock_);
  for (abi::sigaction& action : actions_) {
    const bool ignored = action.handler == signal_action::kIgnore;
    action = {};
    if (ignored) action.handler = signal_action::kIgnore;
  }
}

void SignalHandlers::make_default(int32_t signal) {
  LockGuard guard(lock_);
  actions_[index_of(signal)] = {};
}

}  // namespace jacinth::linux
