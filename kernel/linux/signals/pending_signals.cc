#include "linux/signals/pending_signals.h"

#include <algorithm>
#include <bit>

namespace jacinth::linux {

bool PendingSignals::add(const abi::siginfo& info) {
  const SignalSet bit = bit_of(info.signal);
  const bool realtime = info.signal >= kFirstRealtimeSignal;
  if (!realtime && (set_ & bit) != 0) return true;
  auto* entry = new (std::nothrow) Entry;
  if (entry != nullptr) {
    entry->info = info;
    queue_.push_back(*entry);
    queued_.fetch_add(1, std::memory_order_relaxed);
  } else if (realtime) {
    return false;
  }
  set_ |= bit;
  return true;
}

std::optional<abi::siginfo> PendingSignals::take(SignalSet wanted) {
  wanted &= set_;
  std::optional<abi::siginfo> taken;
  if (wanted == 0) return taken;
  const SignalSet first = (wanted & kSynchronous) != 0 ? wanted & kSynchronous : wanted;
  const int32_t signal = std::countr_zero(first) + 1;
  bool more = false;
  for (auto at = queue_.begin(); at != queue_.end() && !more;) {
    Entry& entry = *at++;
    if (entry.info.signal != signal) continue;
    more = taken.has_value();
    if (more) break;
    taken.emplace(entry.info);
    queue_.erase(queue_.iterator_to(entry));
    delete &entry;
    queued_.fetch_sub(1, std::memory_order_relaxed);
  }
  if (!taken) taken.emplace().signal = signal;
  if (!more) set_ &= ~bit_of(signal);
  return taken;
}

std::optional<abi::siginfo> PendingSignals::peek(uint64_t place) const {
  for (const Entry& entry : queue_) {
    if (place-- == 0) return entry.info;
  }
  return std::nullopt;
}

std::optional<int32_t> PendingSignals::add_overrun(const abi::siginfo& info) {
  for (Entry& entry : queue_) {
    abi::siginfo& pending = entry.info;
    if (pending.signal != info.signal || pending.code != signal_code::kTimer ||
        pending.timer.timer != info.timer.timer)
      continue;
    const int64_t sum = int64_t{pending.timer.overrun} + info.timer.overrun + 1;
    pending.timer.overrun = static_cast<int32_t>(std::min<int64_t>(sum, 0x7fff'ffff));
    return pending.timer.overrun;
  }
  return std::nullopt;
}

void PendingSignals::remove(SignalSet signals) {
  if ((set_ & signals) == 0) return;
  queue_.remove_and_dispose_if(
      [signals](const Entry& entry) { return (signals & bit_of(entry.info.signal)) != 0; },
      [this](Entry* entry) {
        delete entry;
        queued_.fetch_sub(1, std::memory_order_relaxed);
      });
  set_ &= ~signals;
}

}  // namespace jacinth::linux
