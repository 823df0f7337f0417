// Ports under registration, signals, cancelling and closing at once.
#include <gtest/gtest.h>

#include <deque>
#include <vector>

#include "exec/activity.h"
#include "hal/sim/faults.h"
#include "hal/sim/machine.h"
#include "hal/sim/seeds.h"
#include "object/background_call.h"
#include "object/sync/event.h"
#include "object/sync/port.h"

namespace jacinth {
namespace {

constexpr Signals kA = 1u << 24;
using Taken = Result<PacketData>;

TEST(PortSeeds, EveryPacketIsTakenExactlyOnce) {
  sim::for_each_seed(1000, [](uint64_t seed) {
    sim::Machine machine({.seed = seed, .cpus = 4});
    const RefPtr<Port> port = *Port::create(0);
    const Handle handle(port);
    std::deque<BackgroundCall<Taken>> waiting;
    const Instant soon = machine.now() + microseconds(static_cast<int64_t>(seed % 20));
    for (int i = 0; i < 6; ++i)
      waiting.emplace_back([&, i] { return Port::wait(port, i < 3 ? soon : kForever); });
    BackgroundAction interrupting([&] { waiting[5].interrupt(); });
    std::deque<BackgroundAction> queuing;
    for (uint64_t key = 0; key < 6; ++key) {
      queuing.emplace_back([&, key] {
        PacketData packet;
        packet.key = key;
        EXPECT_TRUE(port->queue_user(packet));
      });
    }
    ASSERT_EQ(machine.run_until_idle(), sim::Stop::Idle);
    std::vector<int> taken(6);
    for (auto& wait : waiting) {
      if (!wait.done()) ADD_FAILURE() << "there were packets enough";
      if (wait.result()) ++taken[wait.result()->key];
    }
    for (;;) {
      auto rest = Port::wait(port, kNoWait);
      if (!rest.value()) break;
      ++taken[rest.value()->key];
    }
    EXPECT_EQ(taken, std::vector<int>(6, 1));
  });
}

struct Registered {
  explicit Registered(uint64_t seed) : machine({.seed = seed, .cpus = 4}) {}
  sim::Machine machine;
  HandleTable table{4};
  RefPtr<Event> event = *Event::create();
  RefPtr<Port> port = *Port::create(0);
  HandleValue source = *table.add(Handle(event));
  HandleValue port_handle = *table.add(Handle(port));
};

TEST(PortSeeds, RegistrationSignalCancelAndCloseLeaveNothingBehind) {
  const size_t blocks = sim::live_heap_blocks();
  sim::for_each_seed(2000, [&](uint64_t seed) {
    {
      Registered r(seed);
      BackgroundCall<Taken> waiting([&] { return Port::wait(r.port, kForever); });
      std::deque<BackgroundAction> doing;
      for (uint64_t key = 0; key < 3; ++key) {
        doing.emplace_back([&, key] {
          static_cast<void>(wait_async(r.table, r.source, r.port_handle, key % 2, kA, 0));
        });
        doing.emplace_back([&, key] {
          static_cast<void>(port_cancel(r.table, r.port_handle, r.source, key % 2));
        });
      }
      doing.emplace_back([&] {
        r.event->update_signals(0, kA);
        r.event->update_signals(kA, 0);
        r.event->update_signals(0, kA);
      });
      doing.emplace_back([&] { static_cast<void>(Port::wait(r.port, kNoWait).value()); });
      if (seed % 3 == 0) doing.emplace_back([&] { static_cast<void>(r.table.remove(r.source)); });
      if (seed % 3 == 1)
        doing.emplace_back([&] { static_cast<void>(r.table.remove(r.port_handle)); });
      doing.emplace_back([&] { waiting.interrupt(); });
      ASSERT_EQ(r.machine.run_until_idle(), sim::Stop::Idle);
      ASSERT_TRUE(waiting.done());
    }
    EXPECT_EQ(sim::live_heap_blocks(), blocks);
  });
}

TEST(PortSeeds, SignalReachesEveryRegistrationThatIsNotCancelled) {
  sim::for_each_seed(1000, [](uint64_t seed) {
    Registered r(seed);
    std::deque<BackgroundCall<Taken>> waiting;
    for (int i = 0; i < 2; ++i) waiting.emplace_back([&] { return Port::wait(r.port, kForever); });
    std::deque<BackgroundAction> doing;
    for (uint64_t key = 0; key < 4; ++key) {
      doing.emplace_back(
          [&, key] { EXPECT_TRUE(wait_async(r.table, r.source, r.port_handle, key, kA, 0)); });
    }
    doing.emplace_back([&] { r.event->update_signals(0, kA); });
    ASSERT_EQ(r.machine.run_until_idle(), sim::Stop::Idle);
    std::vector<int> taken(4);
    for (auto& wait : waiting) {
      ASSERT_TRUE(wait.done());
      ++taken[wait.result()->key];
    }
    for (int i = 0; i < 2; ++i) ++taken[Port::wait(r.port, kNoWait).value()->key];
    EXPECT_EQ(taken, std::vector<int>(4, 1));
  });
}

}  // namespace
}  // namespace jacinth
