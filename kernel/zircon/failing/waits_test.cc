// Waiting, waking and what brings it about, with every allocation failing in turn. Waiting needs no
// memory but for long lists.
#include <zircon/syscalls/port.h>

#include "hal/clock.h"
#include "zircon/failing/testing.h"

namespace jacinth::zircon {
namespace {

using namespace testing;

int64_t soon() { return (hal::now() + microseconds(10)).ns; }

TEST(FailingWaits, WaitOne) {
  needs_no_memory([](Program& p) -> Steps {
    EXPECT_EQ(co_await p.failing<Status::TimedOut>(number::kObjectWaitOne, p.event,
                                                   signals::kSignaled, soon(), p.at(0)),
              Status::TimedOut);
  });
}

Steps list_of_events(Program& p, int count) {
  for (int i = 0; i < count; ++i)
    co_await p.write(p.data(i * sizeof(zx_wait_item_t)),
                     zx_wait_item_t{p.event, signals::kSignaled, 0});
}

TEST(FailingWaits, WaitManyTellsNothingItDoesNotKnow) {
  for (const int count : {4, 64}) {
    each_failure(1, [&](Program& p) -> Steps {
      co_await list_of_events(p, count);
      co_await p.write<Signals>(p.data(8), 0x1234);
      const Status status =
          co_await p.failing<Status::TimedOut>(number::kObjectWaitMany, p.data(), count, soon());
      const auto pending = co_await p.read<Signals>(p.data(8));
      EXPECT_EQ(pending, status == Status::NoMemory ? 0x1234u : 0u);
      // The observers have gone: the event is free to be signalled.
      co_await p.ok(number::kObjectSignal, p.event, 0, signals::kSignaled);
      co_await p.ok(number::kObjectWaitMany, p.data(), count, soon());
    });
  }
}

TEST(FailingWaits, SleepAndPortWaitAndFutexWait) {
  needs_no_memory([](Program& p) -> Steps {
    EXPECT_EQ(co_await p.failing(number::kNanosleep, soon()), Status::Ok);
  });
  needs_no_memory([](Program& p) -> Steps {
    co_await p.ok(number::kPortCreate, 0, p.at(0));
    EXPECT_EQ(co_await p.failing<Status::TimedOut>(number::kPortWait, co_await p.handle(0), soon(),
                                                   p.data()),
              Status::TimedOut);
  });
  needs_no_memory([](Program& p) -> Steps {
    EXPECT_EQ(co_await p.failing<Status::TimedOut>(number::kFutexWait, p.data(), 0, 0, soon()),
              Status::TimedOut);
  });
}

TEST(FailingWaits, QueuedPacketComesOnce) {
  each_failure(1, [](Program& p) -> Steps {
    co_await p.ok(number::kPortCreate, 0, p.at(0));
    const HandleValue port = co_await p.handle(0);
    co_await p.write<uint64_t>(p.data(), 77);  // the key
    co_await p.retried(number::kPortQueue, port, p.data());
    co_await p.ok(number::kPortWait, port, 0, p.data(100));
    EXPECT_EQ(co_await p.read<uint64_t>(p.data(100)), 77u);
    EXPECT_EQ(co_await p.call(number::kPortWait, port, 0, p.data(100)), Status::TimedOut);
  });
}

TEST(FailingWaits, WaitAsyncRegistersOnce) {
  each_failure(1, [](Program& p) -> Steps {
    co_await p.ok(number::kPortCreate, 0, p.at(0));
    const HandleValue port = co_await p.handle(0);
    co_await p.retried(number::kObjectWaitAsync, p.event, port, 5, signals::kSignaled, 0);
    co_await p.ok(number::kObjectSignal, p.event, 0, signals::kSignaled);
    co_await p.ok(number::kPortWait, port, 0, p.data());
    EXPECT_EQ(co_await p.call(number::kPortWait, port, 0, p.data()), Status::TimedOut);
  });
}

// What is told to those who wait has its memory already.
TEST(FailingWaits, SignalAndCancel) {
  needs_no_memory([](Program& p) -> Steps {
    co_await p.ok(number::kPortCreate, 0, p.at(0));
    const HandleValue port = co_await p.handle(0);
    for (uint64_t key = 0; key < 40; ++key)
      co_await p.ok(number::kObjectWaitAsync, p.event, port, key, signals::kSignaled, 0);
    EXPECT_EQ(co_await p.failing(number::kObjectSignal, p.event, 0, signals::kSignaled),
              Status::Ok);
    for (int i = 0; i < 40; ++i) co_await p.ok(number::kPortWait, port, 0, p.data());
  });
  needs_no_memory([](Program& p) -> Steps {
    co_await p.ok(number::kPortCreate, 0, p.at(0));
    const HandleValue port = co_await p.handle(0);
    co_await p.ok(number::kObjectWaitAsync, p.event, port, 5, signals::kSignaled, 0);
    EXPECT_EQ(co_await p.failing(number::kPortCancel, port, p.event, 5), Status::Ok);
  });
}

TEST(FailingWaits, TimersAndClocks) {
  needs_no_memory([](Program& p) -> Steps {
    co_await p.ok(number::kTimerCreate, 0, 0, p.at(0));
    const HandleValue timer = co_await p.handle(0);
    EXPECT_EQ(co_await p.failing(number::kTimerSet, timer, soon(), 0), Status::Ok);
    co_await p.ok(number::kObjectWaitOne, timer, signals::kSignaled, kForever.ns, 0);
  });
  needs_no_memory([](Program& p) -> Steps {
    co_await p.ok(number::kClockCreate, 0, 0, p.at(0));
    constexpr uint64_t kVersion1 = uint64_t{1} << 58;
    co_await p.write<int64_t>(p.data(8), 1000);  // the value
    EXPECT_EQ(
        co_await p.failing(number::kClockUpdate, co_await p.handle(0), kVersion1 | 1, p.data()),
        Status::Ok);
  });
}

TEST(FailingWaits, FutexesWithWaiters) {
  needs_no_memory([](Program& p) -> Steps {
    EXPECT_EQ(co_await p.failing(number::kFutexRequeue, p.data(), 1, 0, p.data(8), 9, 0),
              Status::Ok);
  });
  needs_no_memory([](Program& p) -> Steps {
    EXPECT_EQ(co_await p.failing(number::kFutexWake, p.data(), ~0u), Status::Ok);
  });
}

TEST(FailingWaits, Log) {
  needs_no_memory([](Program& p) -> Steps {
    co_await p.ok(number::kDebuglogCreate, p.resource, 0, p.at(0));
    EXPECT_EQ(co_await p.failing(number::kDebuglogWrite, co_await p.handle(0), 0, p.data(), 200),
              Status::Ok);
  });
}

}  // namespace
}  // namespace jacinth::zircon
