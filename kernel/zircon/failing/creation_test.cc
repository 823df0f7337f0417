// The calls that make an object and give its handle, with every allocation failing in turn: either
// there is a handle, or there is nothing.
#include <zircon/syscalls/clock.h>
#include <zircon/syscalls/ipc.h>
#include <zircon/syscalls/log.h>
#include <zircon/syscalls/memory.h>
#include <zircon/syscalls/resource.h>

#include "zircon/failing/testing.h"

namespace jacinth::zircon {
namespace {

using namespace testing;

// The call gives `kHandles` handles in the first words; each is good.
template <int kHandles = 1>
Steps creates(Program& p, Steps call) {
  co_await std::move(call);
  for (int i = 0; i < kHandles; ++i)
    EXPECT_EQ(co_await p.call(number::kHandleClose, co_await p.handle(i)), Status::Ok);
}

TEST(FailingCreation, Pairs) {
  each_failure(4, [](Program& p) -> Steps {
    return creates<2>(p, p.retried(number::kChannelCreate, 0, p.at(0), p.at(1)));
  });
  each_failure(4, [](Program& p) -> Steps {
    return creates<2>(p, p.retried(number::kSocketCreate, ZX_SOCKET_DATAGRAM, p.at(0), p.at(1)));
  });
  each_failure(4, [](Program& p) -> Steps {
    return creates<2>(p, p.retried(number::kFifoCreate, 128, 32, 0, p.at(0), p.at(1)));
  });
  each_failure(4, [](Program& p) -> Steps {
    return creates<2>(p, p.retried(number::kEventpairCreate, 0, p.at(0), p.at(1)));
  });
}

TEST(FailingCreation, Singles) {
  each_failure(2, [](Program& p) -> Steps {
    return creates(p, p.retried(number::kEventCreate, 0, p.at(0)));
  });
  each_failure(2, [](Program& p) -> Steps {
    return creates(p, p.retried(number::kPortCreate, 0, p.at(0)));
  });
  each_failure(2, [](Program& p) -> Steps {
    return creates(p, p.retried(number::kTimerCreate, 0, 0, p.at(0)));
  });
  each_failure(2, [](Program& p) -> Steps {
    return creates(p, p.retried(number::kClockCreate, ZX_CLOCK_OPT_MONOTONIC, 0, p.at(0)));
  });
  each_failure(2, [](Program& p) -> Steps {
    return creates(p,
                   p.retried(number::kDebuglogCreate, p.resource, ZX_LOG_FLAG_READABLE, p.at(0)));
  });
}

TEST(FailingCreation, Resource) {
  each_failure(2, [](Program& p) -> Steps {
    return creates(p, p.retried(number::kResourceCreate, p.resource,
                                ZX_RSRC_KIND_MMIO | ZX_RSRC_FLAG_EXCLUSIVE, 0x1000, 0x1000,
                                p.data(), 4, p.at(0)));
  });
}

TEST(FailingCreation, Vmo) {
  each_failure(4, [](Program& p) -> Steps {
    return creates(p, p.retried(number::kVmoCreate, 0x10000, ZX_VMO_RESIZABLE, p.at(0)));
  });
}

TEST(FailingCreation, PhysicalVmo) {
  each_failure(4, [](Program& p) -> Steps {
    return creates(
        p, p.retried(number::kVmoCreatePhysical, p.resource, 0x1'0000'0000, 0x2000, p.at(0)));
  });
}

TEST(FailingCreation, ExecutableVmoConsumesItsSource) {
  needs_no_memory([](Program& p) -> Steps {
    co_await p.ok(number::kVmoCreate, 0x1000, 0, p.at(0));
    const HandleValue source = co_await p.handle(0);
    EXPECT_EQ(co_await p.failing(number::kVmoReplaceAsExecutable, source, p.resource, p.at(0)),
              Status::Ok);
    EXPECT_EQ(co_await p.call(number::kHandleClose, source), Status::BadHandle);
  });
}

TEST(FailingCreation, Stream) {
  each_failure(2, [](Program& p) -> Steps {
    co_await p.ok(number::kVmoCreate, 0x1000, 0, p.at(0));
    co_await creates(
        p, p.retried(number::kStreamCreate, ZX_STREAM_MODE_READ, co_await p.handle(0), 0, p.at(0)));
  });
}

TEST(FailingCreation, Vmar) {
  each_failure(3, [](Program& p) -> Steps {
    return creates(p, p.retried(number::kVmarAllocate, p.vmar, ZX_VM_CAN_MAP_READ, 0, 0x10000,
                                p.at(0), p.at(1)));
  });
}

TEST(FailingCreation, VmarAtAFixedPlaceLeavesThePlaceFree) {
  each_failure(3, [](Program& p) -> Steps {
    co_await p.retried(number::kVmarAllocate, p.vmar, ZX_VM_CAN_MAP_READ | ZX_VM_SPECIFIC,
                       0x100'0000, 0x10000, p.at(0), p.at(1));
  });
}

TEST(FailingCreation, Job) {
  each_failure(2, [](Program& p) -> Steps {
    return creates(p, p.retried(number::kJobCreate, p.job, 0, p.at(0)));
  });
}

TEST(FailingCreation, ProcessLeavesItsJobEmpty) {
  each_failure(6, [](Program& p) -> Steps {
    co_await p.ok(number::kJobCreate, p.job, 0, p.at(2));
    const HandleValue job = co_await p.handle(2);
    constexpr uint32_t kEmpty = 1u << 5;
    if (co_await p.failing(number::kProcessCreate, job, p.data(), 4, 0, p.at(0), p.at(1)) ==
        Status::NoMemory) {
      EXPECT_EQ(co_await p.signals(job) & kEmpty, kEmpty);
      co_await p.ok(number::kProcessCreate, job, p.data(), 4, 0, p.at(0), p.at(1));
    }
    EXPECT_EQ(co_await p.signals(job) & kEmpty, 0u);
  });
}

TEST(FailingCreation, Thread) {
  each_failure(2, [](Program& p) -> Steps {
    return creates(p, p.retried(number::kThreadCreate, p.process, p.data(), 4, 0, p.at(0)));
  });
}

TEST(FailingCreation, ExceptionChannelCanBeAskedForAgain) {
  each_failure(4, [](Program& p) -> Steps {
    return creates(p, p.retried(number::kTaskCreateExceptionChannel, p.process, 0, p.at(0)));
  });
}

TEST(FailingCreation, SuspendTokenOfAThreadThatGoesOn) {
  each_failure(2, [](Program& p) -> Steps {
    co_await p.ok(number::kThreadCreate, p.process, p.data(), 4, 0, p.at(1));
    const HandleValue thread = co_await p.handle(1);
    co_await p.ok(number::kThreadStart, thread, p.sleeper, 0, 0, 0);
    co_await creates(p, p.retried(number::kTaskSuspendToken, thread, p.at(0)));
    constexpr uint32_t kRunning = 1u << 4;
    EXPECT_EQ(co_await p.call(number::kObjectWaitOne, thread, kRunning, kForever.ns, 0),
              Status::Ok);
  });
}

}  // namespace
}  // namespace jacinth::zircon
