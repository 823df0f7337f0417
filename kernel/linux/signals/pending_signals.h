// Signals that have been sent and not yet taken: of a thread, or of a whole process.
#pragma once

#include <atomic>
#include <optional>

#include "abi/linux/types.h"
#include "base/heap.h"
#include "base/intrusive.h"
#include "linux/signals/signal_set.h"

namespace jacinth::linux {

// Not locked: whoever has it locks (LinuxProcess::signal_lock()).
class PendingSignals {
 public:
  PendingSignals() = default;
  PendingSignals(const PendingSignals&) = delete;
  PendingSignals& operator=(const PendingSignals&) = delete;
  ~PendingSignals() { remove(~SignalSet{0}); }

  SignalSet set() const { return set_; }
  // How many wait with what their senders have told. Exact under the lock, a hint without.
  size_t queued() const { return queued_.load(std::memory_order_relaxed); }

  // A signal below the real-time ones is pending once at most. Without memory its information is
  // lost, but not the signal. False: a real-time signal that could not be queued.
  bool add(const abi::siginfo& info);
  // Without what its sender may have told; nothing is queued.
  void add_alone(int32_t signal) { set_ |= bit_of(signal); }
  // The first of those in `wanted`: synchronous ones, then by number, then by age.
  std::optional<abi::siginfo> take(SignalSet wanted);
  void remove(SignalSet signals);
  // One that waits, by its place in the queue; nothing behind the last.
  std::optional<abi::siginfo> peek(uint64_t place) const;
  // The signal of a timer, if it is pending already, says that the timer has gone off again: how
  // often in all.
  std::optional<int32_t> add_overrun(const abi::siginfo& info);

 private:
  struct Entry : HeapAllocated {
    abi::siginfo info;
    ListHook link;
  };

  SignalSet set_ = 0;
  std::atomic<size_t> queued_{0};
  IntrusiveList<Entry, &Entry::link> queue_;
};

}  // namespace jacinth::linux
