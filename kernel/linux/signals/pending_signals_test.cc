#include "linux/signals/pending_signals.h"

#include <gtest/gtest.h>

namespace jacinth::linux {
namespace {

abi::siginfo info_of(int32_t signal, uint64_t value = 0) {
  abi::siginfo info{};
  info.signal = signal;
  info.sender.value = value;
  return info;
}

TEST(PendingSignals, AStandardSignalIsPendingOnce) {
  PendingSignals pending;
  EXPECT_TRUE(pending.add(info_of(kSigUsr1, 1)));
  EXPECT_TRUE(pending.add(info_of(kSigUsr1, 2)));
  const auto first = pending.take(~SignalSet{0});
  ASSERT_TRUE(first.has_value());
  EXPECT_EQ(first->sender.value, 1u);
  EXPECT_FALSE(pending.take(~SignalSet{0}).has_value());
  EXPECT_EQ(pending.set(), 0u);
}

TEST(PendingSignals, RealTimeSignalsQueueInOrder) {
  PendingSignals pending;
  for (uint64_t value : {1, 2, 3}) EXPECT_TRUE(pending.add(info_of(40, value)));
  for (uint64_t value : {1, 2, 3}) {
    EXPECT_EQ(pending.set(), bit_of(40));
    EXPECT_EQ(pending.take(bit_of(40))->sender.value, value);
  }
  EXPECT_EQ(pending.set(), 0u);
}

TEST(PendingSignals, FaultsComeFirstThenTheLowestNumber) {
  PendingSignals pending;
  for (int32_t signal : {kSigTerm, kSigHup, kSigSegv}) EXPECT_TRUE(pending.add(info_of(signal)));
  EXPECT_EQ(pending.take(~SignalSet{0})->signal, kSigSegv);
  EXPECT_EQ(pending.take(~SignalSet{0})->signal, kSigHup);
  EXPECT_EQ(pending.take(~SignalSet{0})->signal, kSigTerm);
}

TEST(PendingSignals, OnlyWhatIsWantedIsTaken) {
  PendingSignals pending;
  EXPECT_TRUE(pending.add(info_of(kSigUsr1)));
  EXPECT_FALSE(pending.take(~bit_of(kSigUsr1)).has_value());
  pending.remove(bit_of(kSigUsr2));
  EXPECT_EQ(pending.set(), bit_of(kSigUsr1));
  pending.remove(bit_of(kSigUsr1));
  EXPECT_EQ(pending.set(), 0u);
}

TEST(PendingSignals, TheQueueIsCounted) {
  PendingSignals pending;
  EXPECT_TRUE(pending.add(info_of(kFirstRealtimeSignal)));
  EXPECT_TRUE(pending.add(info_of(kFirstRealtimeSignal)));
  EXPECT_TRUE(pending.add(info_of(kSigHup)));
  EXPECT_TRUE(pending.add(info_of(kSigHup)));
  EXPECT_EQ(pending.queued(), 3u);
  EXPECT_TRUE(pending.take(~SignalSet{0}).has_value());
  EXPECT_EQ(pending.queued(), 2u);
  pending.remove(~SignalSet{0});
  EXPECT_EQ(pending.queued(), 0u);
}

TEST(PendingSignals, OneWithoutRoomInTheQueueIsPendingAllTheSame) {
  PendingSignals pending;
  pending.add_alone(40);
  EXPECT_EQ(pending.queued(), 0u);
  const auto taken = pending.take(bit_of(40));
  ASSERT_TRUE(taken.has_value());
  EXPECT_EQ(taken->signal, 40);
  EXPECT_EQ(taken->code, 0);
  EXPECT_EQ(pending.set(), 0u);
}

TEST(PendingSignals, TheQueueCanBeLookedAt) {
  PendingSignals pending;
  EXPECT_FALSE(pending.peek(0).has_value());
  for (uint64_t value : {1, 2}) EXPECT_TRUE(pending.add(info_of(40, value)));
  EXPECT_EQ(pending.peek(0)->sender.value, 1u);
  EXPECT_EQ(pending.peek(1)->sender.value, 2u);
  EXPECT_FALSE(pending.peek(2).has_value());
  EXPECT_FALSE(pending.peek(~uint64_t{0}).has_value());
  EXPECT_EQ(pending.queued(), 2u);
}

TEST(SignalSet, DefaultActions) {
  EXPECT_EQ(default_action(kSigChld), DefaultAction::Ignore);
  EXPECT_EQ(default_action(kSigTstp), DefaultAction::Stop);
  EXPECT_EQ(default_action(kSigCont), DefaultAction::Continue);
  EXPECT_EQ(default_action(kSigTerm), DefaultAction::Terminate);
  EXPECT_EQ(default_action(kLastSignal), DefaultAction::Terminate);
}

TEST(PendingSignals, ATimerThatGoesOffAgainIsCounted) {
  PendingSignals pending;
  abi::siginfo timer = info_of(kSigUsr1);
  timer.code = signal_code::kTimer;
  timer.timer.timer = 3;
  timer.timer.overrun = 0;
  EXPECT_FALSE(pending.add_overrun(timer).has_value());
  EXPECT_TRUE(pending.add(timer));
  EXPECT_EQ(pending.add_overrun(timer), 1);
  abi::siginfo late = timer;
  late.timer.overrun = 4;
  EXPECT_EQ(pending.add_overrun(late), 6);
  abi::siginfo other = timer;
  other.timer.timer = 4;
  EXPECT_FALSE(pending.add_overrun(other).has_value());
  const auto taken = pending.take(bit_of(kSigUsr1));
  ASSERT_TRUE(taken.has_value());
  EXPECT_EQ(taken->timer.overrun, 6);
  EXPECT_FALSE(pending.add_overrun(timer).has_value());
}

}  // namespace
}  // namespace jacinth::linux
