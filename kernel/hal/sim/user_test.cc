// User programs on the simulator, driven by hand: no kernel objects are needed to test the machine.
#include "hal/user.h"

#include <gtest/gtest.h>

#include <vector>

#include "exec/activity.h"
#include "exec/executor.h"
#include "hal/sim/machine.h"

namespace jacinth::sim {
namespace {

using hal::Access;
using hal::UserExit;
constexpr VirtAddr kPage{0x10'0000};

// A thread with one page of memory that is mapped when it is first touched, and a system call that
// adds its arguments.
struct Thread {
  Thread() : space(hal::AddressSpace::create().value()) { activity.set_address_space(space.get()); }

  exec::Task<void> loop() {
    while (!ended) {
      exec::Executor::current().prepare_user();
      const UserExit exit = hal::enter_user(context);
      switch (exit.reason) {
        case UserExit::Reason::Interrupt:
          if (exec::Executor::current().poll()) {
            ++preemptions;
            co_await exec::yield();
          }
          break;
        case UserExit::Reason::PageFault:
          faults.push_back(exit);
          ended = !resolve(exit);
          break;
        case UserExit::Reason::Exception:
          exceptions.push_back(exit);
          break;
        case UserExit::Reason::Syscall:
          handle_syscall();
          break;
      }
    }
  }
  bool resolve(const UserExit& fault) {
    if (page_floor(raw(fault.address)) != raw(kPage) || fault.access == Access::Execute)
      return false;
    return space
        ->map(kPage, hal::ram_ranges()[0].base, 1, Access::Read | Access::Write,
              hal::CachePolicy::Cached)
        .has_value();
  }
  void handle_syscall() {
    if (context.syscall_number() == 0) {
      ended = true;
      return;
    }
    uint64_t sum = 0;
    for (size_t i = 0; i < 8; ++i) sum += context.syscall_arg(i);
    context.set_syscall_result(sum);
  }
  void start(VirtAddr pc, uint64_t arg0 = 0, uint64_t arg1 = 0) {
    context.start(pc, VirtAddr{0}, arg0, arg1);
    EXPECT_TRUE(activity.start([this] { return loop(); }));
  }

  RefPtr<hal::AddressSpace> space;
  hal::UserContext context;
  exec::Activity activity;
  std::vector<UserExit> faults;
  std::vector<UserExit> exceptions;
  int preemptions = 0;
  bool ended = false;
};

TEST(SimUser, SystemCallTakesEightArgumentsAndReturnsAResult) {
  Machine machine;
  uint64_t result = 0;
  const VirtAddr pc =
      machine.add_program([&](User& user, uint64_t arg0, uint64_t arg1) -> UserProgram {
        result = co_await user.syscall(1, arg0, arg1, 3, 4, 5, 6, 7, 8);
        co_await user.syscall(0);
      });
  Thread thread;
  thread.start(pc, 1, 2);
  EXPECT_EQ(machine.run_until_idle(), Stop::Idle);
  EXPECT_TRUE(thread.ended);
  EXPECT_EQ(result, 36u);
}

TEST(SimUser, FaultingAccessIsTriedAgain) {
  Machine machine;
  uint32_t seen = 0;
  const VirtAddr pc = machine.add_program([&](User& user, uint64_t, uint64_t) -> UserProgram {
    co_await user.write<uint32_t>(kPage + 8, 0x1234'5678);
    seen = co_await user.read<uint32_t>(kPage + 8);
    co_await user.syscall(0);
  });
  Thread thread;
  thread.start(pc);
  EXPECT_EQ(machine.run_until_idle(), Stop::Idle);
  EXPECT_EQ(seen, 0x1234'5678u);
  ASSERT_EQ(thread.faults.size(), 1u);
  EXPECT_EQ(thread.faults[0].address, kPage + 8);
  EXPECT_EQ(thread.faults[0].access, Access::Write);
}

TEST(SimUser, AccessAcrossPagesFaultsAtTheMissingPageWithoutEffect) {
  Machine machine;
  const VirtAddr last_bytes = kPage + (kPageSize - 4);
  const VirtAddr pc = machine.add_program([&](User& user, uint64_t, uint64_t) -> UserProgram {
    co_await user.write<uint64_t>(last_bytes, ~uint64_t{0});
  });
  Thread thread;
  thread.start(pc);
  EXPECT_EQ(machine.run_until_idle(), Stop::Idle);
  ASSERT_EQ(thread.faults.size(), 2u);
  EXPECT_EQ(thread.faults[1].address, kPage + kPageSize);
  const std::byte* page = hal::phys_to_virt(hal::ram_ranges()[0].base);
  EXPECT_EQ(page[kPageSize - 1], std::byte{0});
}

TEST(SimUser, ForgottenTranslationsFaultAgain) {
  Machine machine({.seed = 3, .forgets_translations = true});
  uint32_t wrong = 0;
  const VirtAddr pc = machine.add_program([&](User& user, uint64_t, uint64_t) -> UserProgram {
    for (uint32_t i = 0; i < 200; ++i) {
      co_await user.write<uint32_t>(kPage, i);
      wrong += co_await user.read<uint32_t>(kPage) != i;
    }
    co_await user.syscall(0);
  });
  Thread thread;
  thread.start(pc);
  EXPECT_EQ(machine.run_until_idle(), Stop::Idle);
  EXPECT_TRUE(thread.ended);
  EXPECT_EQ(wrong, 0u);
  EXPECT_GT(thread.faults.size(), 10u);
}

TEST(SimUser, ExecutingDataFaults) {
  Machine machine;
  const VirtAddr pc = machine.add_program(
      [&](User& user, uint64_t, uint64_t) -> UserProgram { co_await user.execute(kPage); });
  Thread thread;
  thread.start(pc);
  EXPECT_EQ(machine.run_until_idle(), Stop::Idle);
  ASSERT_EQ(thread.faults.size(), 1u);
  EXPECT_EQ(thread.faults[0].access, Access::Execute);
}

TEST(SimUser, ProgramThatReturnsFaultsAtZero) {
  Machine machine;
  const VirtAddr pc =
      machine.add_program([](User&, uint64_t, uint64_t) -> UserProgram { co_return; });
  Thread thread;
  thread.start(pc);
  EXPECT_EQ(machine.run_until_idle(), Stop::Idle);
  ASSERT_EQ(thread.faults.size(), 1u);
  EXPECT_EQ(thread.faults[0].address, VirtAddr{0});
  EXPECT_EQ(thread.faults[0].access, Access::Execute);
}

UserTask<uint64_t> twice(User& user, uint64_t value) {
  co_return co_await user.syscall(1, value, value);
}

TEST(SimUser, ProgramsCallFunctionsAndRaiseExceptions) {
  Machine machine;
  uint64_t result = 0;
  const VirtAddr pc = machine.add_program([&](User& user, uint64_t, uint64_t) -> UserProgram {
    co_await user.raise(3, 9);
    result = co_await twice(user, 21);
    co_await user.syscall(0);
  });
  Thread thread;
  thread.start(pc);
  EXPECT_EQ(machine.run_until_idle(), Stop::Idle);
  EXPECT_EQ(result, 42u);
  ASSERT_EQ(thread.exceptions.size(), 1u);
  EXPECT_EQ(thread.exceptions[0].vector, 3u);
  EXPECT_EQ(thread.exceptions[0].code, 9u);
}

TEST(SimUser, TimeSlicesShareOneCpuBetweenTwoPrograms) {
  Machine machine;
  const VirtAddr pc = machine.add_program([](User& user, uint64_t, uint64_t) -> UserProgram {
    co_await user.work(milliseconds(50));
    co_await user.syscall(0);
  });
  Thread first;
  Thread second;
  first.start(pc);
  second.start(pc);
  EXPECT_EQ(machine.run_until_idle(), Stop::Idle);
  EXPECT_GE(first.preemptions, 3);
  EXPECT_GE(second.preemptions, 3);
}

TEST(SimUser, RegistersAreReadAndWrittenWhole) {
  hal::UserContext context;
  context.start(VirtAddr{0x1111}, VirtAddr{0x2222}, 3, 4);
  std::array<std::byte, 160> bytes;
  ASSERT_TRUE(context.read_regs(hal::RegisterSet::General, bytes));
  hal::x86::GeneralRegisters general;
  memcpy(&general, bytes.data(), sizeof(general));
  EXPECT_EQ(general.rip, 0x1111u);
  EXPECT_EQ(general.rsp, 0x2222u);
  EXPECT_EQ(general.rdi, 3u);
  EXPECT_EQ(general.rsi, 4u);
  EXPECT_EQ(context.read_regs(hal::RegisterSet::General, std::span(bytes).first(159)).error(),
            Status::BufferTooSmall);
  const uint64_t base = 0x7000;
  ASSERT_TRUE(context.write_regs(hal::RegisterSet::FsBase, std::as_bytes(std::span(&base, 1))));
  EXPECT_EQ(context.general.fs_base, base);
  const uint64_t wild = uint64_t{1} << 60;
  EXPECT_EQ(
      context.write_regs(hal::RegisterSet::FsBase, std::as_bytes(std::span(&wild, 1))).error(),
      Status::InvalidArgs);
}

}  // namespace
}  // namespace jacinth::sim
