// Sets of signals, and what a signal does when nobody has said otherwise.
#pragma once

#include <cstdint>

#include "abi/linux/constants.h"

namespace jacinth::linux {

using SignalSet = uint64_t;  // bit n - 1 is signal n

constexpr bool is_signal(int32_t signal) { return signal >= 1 && signal <= kLastSignal; }
constexpr SignalSet bit_of(int32_t signal) { return SignalSet{1} << (signal - 1); }
template <typename... Signals>
constexpr SignalSet set_of(Signals... signals) {
  return (bit_of(signals) | ...);
}

inline constexpr SignalSet kUnblockable = set_of(kSigKill, kSigStop);
inline constexpr SignalSet kStopSignals = set_of(kSigStop, kSigTstp, kSigTtin, kSigTtou);
// Raised by what the program itself does: taken before all others.
inline constexpr SignalSet kSynchronous =
    set_of(kSigSegv, kSigBus, kSigIll, kSigTrap, kSigFpe, kSigSys);

enum class DefaultAction : uint8_t { Terminate, Ignore, Stop, Continue };

constexpr DefaultAction default_action(int32_t signal) {
  constexpr SignalSet kIgnored = set_of(kSigChld, kSigUrg, kSigWinch);
  if (signal == kSigCont) return DefaultAction::Continue;
  if ((kIgnored & bit_of(signal)) != 0) return DefaultAction::Ignore;
  if ((kStopSignals & bit_of(signal)) != 0) return DefaultAction::Stop;
  return DefaultAction::Terminate;
}

}  // namespace jacinth::linux
