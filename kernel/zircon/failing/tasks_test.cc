// Processes, threads and their exceptions with every allocation failing in turn.
#include <zircon/syscalls/debug.h>
#include <zircon/syscalls/exception.h>

#include "object/task/exception_delivery.h"
#include "zircon/failing/testing.h"

namespace jacinth::zircon {
namespace {

using namespace testing;

constexpr uint32_t kRunning = 1u << 4;
constexpr uint32_t kTerminated = 1u << 3;

// A process in word 0, with a thread in word 2.
Steps make_process(Program& p) {
  co_await p.ok(number::kProcessCreate, p.job, p.data(), 4, 0, p.at(0), p.at(1));
  co_await p.ok(number::kThreadCreate, co_await p.handle(0), p.data(), 4, 0, p.at(2));
}

TEST(FailingTasks, ProcessStartsLater) {
  each_failure(1, [](Program& p) -> Steps {
    co_await make_process(p);
    const HandleValue process = co_await p.handle(0);
    const HandleValue thread = co_await p.handle(2);
    co_await p.ok(number::kEventpairCreate, 0, p.at(3), p.at(4));
    if (co_await p.failing(number::kProcessStart, process, thread, p.sleeper, 0,
                           co_await p.handle(3), 0) == Status::NoMemory) {
      // The argument is gone, but nothing else has happened.
      EXPECT_EQ(co_await p.signals(co_await p.handle(4)), signals::kPeerClosed);
      EXPECT_EQ(co_await p.signals(thread), 0u);
      co_await p.ok(number::kProcessStart, process, thread, p.sleeper, 0, p.event, 0);
    }
    EXPECT_EQ(co_await p.signals(thread), kRunning);
  });
}

TEST(FailingTasks, ThreadStartsLater) {
  each_failure(0, [](Program& p) -> Steps {
    co_await p.ok(number::kThreadCreate, p.process, p.data(), 4, 0, p.at(0));
    const HandleValue thread = co_await p.handle(0);
    if (co_await p.failing(number::kThreadStart, thread, p.sleeper, 0, 0, 0) == Status::NoMemory) {
      EXPECT_EQ(co_await p.signals(thread), 0u);
      co_await p.ok(number::kThreadStart, thread, p.sleeper, 0, 0, 0);
    }
    EXPECT_EQ(co_await p.signals(thread), kRunning);
  });
}

TEST(FailingTasks, RegistersOfASuspendedThread) {
  constexpr uint32_t kSuspended = 1u << 5;
  each_failure(1, [](Program& p) -> Steps {
    co_await make_process(p);
    const HandleValue thread = co_await p.handle(2);
    co_await p.ok(number::kProcessStart, co_await p.handle(0), thread, p.sleeper, 0, 0, 0x77);
    co_await p.ok(number::kTaskSuspend, thread, p.at(3));
    co_await p.ok(number::kObjectWaitOne, thread, kSuspended, kForever.ns, 0);
    co_await p.retried(number::kThreadReadState, thread, ZX_THREAD_STATE_GENERAL_REGS, p.data(),
                       sizeof(zx_thread_state_general_regs_t));
  });
}

TEST(FailingTasks, KillNeedsNoMemory) {
  needs_no_memory([](Program& p) -> Steps {
    co_await p.ok(number::kJobCreate, p.job, 0, p.at(5));
    const HandleValue job = co_await p.handle(5);
    for (int i = 0; i < 5; ++i)
      co_await p.ok(number::kProcessCreate, job, p.data(), 4, 0, p.at(0), p.at(1));
    EXPECT_EQ(co_await p.failing(number::kTaskKill, job), Status::Ok);
    co_await p.ok(number::kObjectWaitOne, job, kTerminated, kForever.ns, 0);
  });
}

// A process whose thread runs into an exception, whose handle comes to word 6.
Steps receive_exception(Program& p, VirtAddr crash) {
  co_await make_process(p);
  const HandleValue process = co_await p.handle(0);
  co_await p.ok(number::kTaskCreateExceptionChannel, process, 0, p.at(5));
  const HandleValue channel = co_await p.handle(5);
  co_await p.ok(number::kProcessStart, process, co_await p.handle(2), crash, 0, 0, 0);
  co_await p.ok(number::kObjectWaitOne, channel, signals::kReadable, kForever.ns, 0);
  co_await p.ok(number::kChannelRead, channel, 0, p.data(), p.at(6), 64, 1, 0, 0);
}

// No program starts there: an exception at the first instruction.
constexpr VirtAddr kNowhere{0x10'0000};

TEST(FailingTasks, HandlesFromAnException) {
  for (const uint32_t call : {number::kExceptionGetThread, number::kExceptionGetProcess}) {
    each_failure(1, [&](Program& p) -> Steps {
      co_await receive_exception(p, kNowhere);
      co_await p.retried(call, co_await p.handle(6), p.at(7));
      co_await p.ok(number::kHandleClose, co_await p.handle(7));
    });
  }
}

// A page fault has nobody to tell of NO_MEMORY: the program runs into an exception, whose handler
// may end it or free some memory and try again.
TEST(FailingTasks, PageFaultWithoutMemoryIsAnException) {
  constexpr auto kReadWrite = hal::Access::Read | hal::Access::Write;
  constexpr int64_t kDone = 5;
  int deaths = 0;
  bool failed = true;
  for (uint64_t failing = 1; failed; ++failing) {
    jacinth::testing::World world;
    const auto process = *Process::create(world.root, "faulting", personality());
    const VirtAddr memory =
        *process->address_space().root()->map({}, *vm::Vmo::create(kPageSize), 0, kPageSize,
                                              {.access = kReadWrite, .max_access = kReadWrite});
    const auto body = [&](sim::User& user, uint64_t, uint64_t) -> Steps {
      sim::fail_allocation(failing, sim::Afterwards::Fail);
      co_await user.write<uint64_t>(memory, 1);
      failed = sim::allocation_has_failed();
      sim::fail_allocation(0);
      co_await user.syscall(number::kProcessExit, kDone);
    };
    EXPECT_TRUE(world.start(process, world.thread(process), body));
    world.settle();
    sim::fail_allocation(0);
    EXPECT_EQ(process->info().return_code, failed ? task_code::kException : kDone);
    if (failed) ++deaths;
    if (HasFailure()) return;
  }
  EXPECT_GE(deaths, 1);
}

// Who listens to exceptions hears of this one, or, when the message cannot be made, nobody does:
// the process ends as if nobody listened. It never stays behind, stopped and unheard of.
TEST(FailingTasks, ExceptionIsToldOrEndsTheProcess) {
  int unheard = 0;
  for (bool failed = true; failed;) {
    jacinth::testing::World world;
    const auto process = *Process::create(world.root, "faulting", personality());
    Handle listener = *create_exception_channel(*process, false, process->default_rights());
    const auto body = [&](sim::User& user, uint64_t, uint64_t) -> Steps {
      sim::fail_allocation(static_cast<uint64_t>(unheard) + 1, sim::Afterwards::Fail);
      co_await user.raise(3);
    };
    EXPECT_TRUE(world.start(process, world.thread(process), body));
    world.settle();
    failed = sim::allocation_has_failed();
    sim::fail_allocation(0);
    const bool heard = (listener.object()->signals() & signals::kReadable) != 0;
    EXPECT_NE(heard, process->info().exited);
    EXPECT_EQ(heard, !failed);
    if (!heard) ++unheard;
    if (HasFailure()) return;
  }
  EXPECT_GE(unheard, 2);
}

}  // namespace
}  // namespace jacinth::zircon
