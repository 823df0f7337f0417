#include "object/task/process.h"

#include <array>
#include <cstring>

#include "object/sync/event.h"
#include "object/task/testing.h"
#include "vm/vmo.h"

namespace jacinth {
namespace {

using testing::kExitProcess;
using testing::kExitThread;
using testing::kFirstOwn;
using testing::sleeper;
using testing::World;

TEST(Process, RunsItsFirstThreadWithItsArguments) {
  World world;
  const RefPtr<Process> process = world.process();
  const RefPtr<Thread> thread = world.thread(process);
  uint64_t seen[2] = {};
  EXPECT_FALSE(process->info().started);
  ASSERT_TRUE(world.start(
      process, thread,
      [&](sim::User& user, uint64_t arg0, uint64_t arg1) -> sim::UserProgram {
        seen[0] = arg0;
        seen[1] = arg1;
        co_await user.syscall(kExitProcess, 42);
      },
      99));
  EXPECT_TRUE(process->info().started);
  world.settle();
  EXPECT_EQ(seen[0], kInvalidHandle);
  EXPECT_EQ(seen[1], 99u);
  EXPECT_EQ(process->state(), Process::State::Dead);
  EXPECT_EQ(process->signals(), signals::kTaskTerminated);
  EXPECT_TRUE(process->info().started);
  EXPECT_TRUE(process->info().exited);
  EXPECT_EQ(process->info().return_code, 42);
  EXPECT_EQ(world.personality.processes_ended, 1);
}

TEST(Process, ArgumentHandleArrivesInTheTable) {
  World world;
  const RefPtr<Process> process = world.process();
  const RefPtr<Thread> thread = world.thread(process);
  Status found = Status::Internal;
  world.personality.define(kFirstOwn, [&](Thread& self) {
    const auto value = static_cast<HandleValue>(self.context().syscall_arg(0));
    found = to_status(self.process().get<Event>(value, rights::kSignal));
    return CallResult(0);
  });
  const VirtAddr pc =
      world.machine.add_program([](sim::User& user, uint64_t handle, uint64_t) -> sim::UserProgram {
        co_await user.syscall(kFirstOwn, handle);
        co_await user.syscall(kExitThread);
      });
  ASSERT_TRUE(process->start(*thread, pc, World::kNoStack, Handle(*Event::create()), 0));
  world.settle();
  EXPECT_EQ(found, Status::Ok);
  EXPECT_EQ(process->info().return_code, 0);
  EXPECT_EQ(process->state(), Process::State::Dead);
}

TEST(Process, StartedTwiceIsBadStateAndClosesTheArgument) {
  World world;
  const RefPtr<Process> process = world.run(sleeper);
  const RefPtr<Thread> second = world.thread(process);
  const RefPtr<Event> event = *Event::create();
  EXPECT_EQ(to_status(process->start(*second, VirtAddr{0x1000}, World::kNoStack, Handle(event), 0)),
            Status::BadState);
  EXPECT_EQ(event->handle_count(), 0u);
  EXPECT_EQ(process->handles().count(), 0u);
}

TEST(Process, StartRefusesThreadsThatAreNotItsOwnOrNotFresh) {
  World world;
  const RefPtr<Process> process = world.process();
  const RefPtr<Process> other = world.process();
  const RefPtr<Thread> foreign = world.thread(other);
  EXPECT_EQ(to_status(world.start(process, foreign, sleeper)), Status::AccessDenied);
  const RefPtr<Thread> killed = world.thread(process);
  killed->kill();
  EXPECT_EQ(to_status(world.start(process, killed, sleeper)), Status::BadState);
  EXPECT_FALSE(process->info().started);
  EXPECT_TRUE(world.start(process, world.thread(process), sleeper));
}

TEST(Process, KilledBeforeItStartedIsDeadAtOnce) {
  World world;
  const RefPtr<Process> process = world.process();
  const RefPtr<Thread> thread = world.thread(process);
  process->kill(-3);
  EXPECT_EQ(process->state(), Process::State::Dead);
  EXPECT_FALSE(process->info().started);
  EXPECT_EQ(process->info().return_code, -3);
  EXPECT_EQ(thread->info().state, Thread::State::Dead);
  EXPECT_EQ(thread->signals(), signals::kTaskTerminated);
  EXPECT_EQ(to_status(world.start(process, thread, sleeper)), Status::BadState);
  EXPECT_EQ(Thread::create(process, "late").error(), Status::BadState);
  EXPECT_EQ(to_status(process->suspend()), Status::BadState);
  process->kill(-4);
  EXPECT_EQ(process->info().return_code, -3);
}

TEST(Process, NeverStartedEndsWithItsLastHandle) {
  World world;
  const RefPtr<Process> process = world.process();
  {
    Handle handle(process);
  }
  EXPECT_EQ(process->state(), Process::State::Dead);
  EXPECT_TRUE(world.root->process_koids()->empty());
}

TEST(Process, RunningOneOutlivesItsHandles) {
  World world;
  const RefPtr<Process> process = world.run(sleeper);
  {
    Handle handle(process);
  }
  world.settle();
  EXPECT_EQ(process->state(), Process::State::Running);
}

TEST(Process, EndsWithItsLastStartedThread) {
  World world;
  const RefPtr<Process> process = world.process();
  const RefPtr<Thread> first = world.thread(process);
  const RefPtr<Thread> second = world.thread(process);
  const RefPtr<Thread> never_started = world.thread(process);
  ASSERT_TRUE(world.start(process, first, testing::leaver));
  ASSERT_TRUE(world.start_thread(second, sleeper));
  world.settle();
  EXPECT_EQ(first->info().state, Thread::State::Dead);
  EXPECT_EQ(process->state(), Process::State::Running);
  second->kill();
  world.settle();
  EXPECT_EQ(process->state(), Process::State::Dead);
  EXPECT_EQ(process->info().return_code, 0);
  EXPECT_EQ(never_started->signals(), signals::kTaskTerminated);
}

TEST(Process, DeadOneHasClosedItsHandlesAndLostItsMemory) {
  World world;
  const RefPtr<Process> process = world.run(sleeper);
  const RefPtr<Event> event = *Event::create();
  ASSERT_TRUE(process->handles().add(Handle(event)));
  EXPECT_EQ(event->handle_count(), 1u);
  process->kill();
  world.settle();
  EXPECT_EQ(event->handle_count(), 0u);
  EXPECT_EQ(process->handles().add(Handle(event)).error(), Status::BadState);
  std::byte byte{};
  EXPECT_EQ(process->read_memory(VirtAddr{0x1000'0000}, {&byte, 1}).error(), Status::BadState);
}

TEST(Process, DeadOneGivesItsAddressSpaceBackWhileItHasHandles) {
  World world;
  const RefPtr<Process> process = world.run(sleeper);
  world.settle();
  const RefPtr<hal::AddressSpace> machine_space(&process->address_space().machine());
  EXPECT_GT(machine_space->ref_count(), 1u);
  process->kill();
  world.settle();
  hal::send_ipi(0);  // have the CPU look whether the space it was last in still lives
  world.settle();
  EXPECT_EQ(process->state(), Process::State::Dead);
  EXPECT_LE(machine_space->ref_count(), 2u);
}

TEST(Process, FirstReturnCodeCounts) {
  World world;
  const RefPtr<Process> process = world.run(sleeper);
  world.settle();
  process->kill(1);
  process->kill(2);
  world.settle();
  EXPECT_EQ(process->info().return_code, 1);
}

TEST(Process, ListsThreadsAndFindsThemByKoid) {
  World world;
  const RefPtr<Process> process = world.run(sleeper);
  const RefPtr<Thread> second = world.thread(process, "second");
  ASSERT_TRUE(world.start_thread(second, sleeper));
  EXPECT_EQ(process->thread_koids()->size(), 2u);
  EXPECT_EQ((*process->thread(second->koid())).get(), second.get());
  EXPECT_EQ(process->thread(process->koid()).error(), Status::NotFound);
  second->kill();
  world.settle();
  EXPECT_EQ(process->thread_koids()->size(), 1u);
  EXPECT_EQ(process->thread(second->koid()).error(), Status::NotFound);

  const RefPtr<Thread> never_started = world.thread(process);
  EXPECT_EQ(process->thread_koids()->size(), 2u);
  never_started->kill();
  EXPECT_EQ(process->thread_koids()->size(), 1u);
}

TEST(Process, CountsItsHandlesByType) {
  World world;
  const RefPtr<Process> process = world.process();
  ASSERT_TRUE(process->handles().add(Handle(*Event::create())));
  ASSERT_TRUE(process->handles().add(Handle(*Event::create())));
  ASSERT_TRUE(process->handles().add(Handle(world.root)));
  const Process::HandleStats stats = process->handle_stats();
  EXPECT_EQ(stats[static_cast<size_t>(ObjectType::Event)], 2u);
  EXPECT_EQ(stats[static_cast<size_t>(ObjectType::Job)], 1u);
  EXPECT_EQ(stats[static_cast<size_t>(ObjectType::Process)], 0u);
  process->kill();
}

TEST(Process, DebugAddressIsSetOnceButForTheMarker) {
  World world;
  const RefPtr<Process> process = world.process();
  EXPECT_EQ(to_status(process->set_debug_address(0)), Status::InvalidArgs);
  EXPECT_TRUE(process->set_debug_address(Process::kBreakOnDebugAddressSet));
  EXPECT_TRUE(process->set_debug_address(0x5000));
  EXPECT_EQ(to_status(process->set_debug_address(0x6000)), Status::AccessDenied);
  EXPECT_EQ(process->debug_address(), 0x5000u);
}

TEST(Process, NamesAreCutAt31Bytes) {
  World world;
  const RefPtr<Process> process =
      *Process::create(world.root, "0123456789012345678901234567890123456789", world.personality);
  EXPECT_EQ(name_view(process->name()), "0123456789012345678901234567890");
  ASSERT_TRUE(process->set_name(""));
  EXPECT_EQ(name_view(process->name()), "");
}

TEST(Process, MemoryIsReadAndWrittenUpToTheEndOfAMapping) {
  World world;
  const RefPtr<Process> process = world.process();
  const VirtAddr at = *process->address_space().root()->map(
      {}, *vm::Vmo::create(kPageSize), 0, kPageSize,
      {.access = hal::Access::Read, .max_access = hal::Access::Read});
  const std::array<char, 6> text = {'h', 'e', 'l', 'l', 'o', 0};
  ASSERT_EQ(*process->write_memory(at + 8, std::as_bytes(std::span(text))), text.size());
  std::array<char, 6> back{};
  ASSERT_EQ(*process->read_memory(at + 8, std::as_writable_bytes(std::span(back))), back.size());
  EXPECT_EQ(back, text);
  EXPECT_EQ(*process->read_memory(at + (kPageSize - 2), std::as_writable_bytes(std::span(back))),
            2u);
  EXPECT_EQ(process->read_memory(at + kPageSize, std::as_writable_bytes(std::span(back))).error(),
            Status::NoMemory);
}

// --- Policy.

RefPtr<Process> process_with_policy(World& world, PolicyCondition condition, PolicyAction action,
                                    sim::UserProgramFunction program) {
  const RefPtr<Job> job = *Job::create(world.root);
  Handle keeps_job(job);
  const PolicyEntry entry{.condition = static_cast<uint32_t>(condition),
                          .action = static_cast<uint32_t>(action)};
  EXPECT_TRUE(job->set_basic_policy(PolicyMode::Absolute, {&entry, 1}));
  world.personality.define(kFirstOwn, [=](Thread& self) -> CallResult {
    const Result<> allowed = self.process().enforce_policy(condition);
    if (!allowed) return fail(allowed.error());
    return 0;
  });
  world.personality.define(kFirstOwn + 1, [](Thread& self) -> CallResult {
    const auto found = self.process().get<Event>(0xfffu, 0);
    return fail(found.error());
  });
  return world.run(std::move(program), job);
}

TEST(Process, PolicyDenyEndsTheCallOnly) {
  World world;
  uint64_t result = 0;
  const auto process =
      process_with_policy(world, PolicyCondition::NewEvent, PolicyAction::Deny,
                          [&](sim::User& user, uint64_t, uint64_t) -> sim::UserProgram {
                            result = co_await user.syscall(kFirstOwn);
                            co_await user.syscall(kExitProcess, 1);
                          });
  world.settle();
  EXPECT_EQ(result, testing::error_value(Status::AccessDenied));
  EXPECT_EQ(process->info().return_code, 1);
}

TEST(Process, PolicyKillEndsTheProcess) {
  World world;
  bool came_back = false;
  const auto process =
      process_with_policy(world, PolicyCondition::BadHandle, PolicyAction::Kill,
                          [&](sim::User& user, uint64_t, uint64_t) -> sim::UserProgram {
                            co_await user.syscall(kFirstOwn + 1);
                            came_back = true;
                          });
  world.settle();
  EXPECT_FALSE(came_back);
  EXPECT_EQ(process->info().return_code, task_code::kPolicy);
}

TEST(Process, PolicyExceptionThatNobodyHandlesKills) {
  World world;
  const auto process =
      process_with_policy(world, PolicyCondition::NewVmo, PolicyAction::AllowException,
                          [&](sim::User& user, uint64_t, uint64_t) -> sim::UserProgram {
                            co_await user.syscall(kFirstOwn);
                            co_await user.syscall(kExitProcess, 1);
                          });
  world.settle();
  EXPECT_EQ(process->info().return_code, task_code::kException);
  EXPECT_NE(world.machine.take_console_output().find("policy error"), std::string::npos);
}

TEST(Process, BadHandleStaysBadHandleUnderAnyPolicy) {
  World world;
  uint64_t result = 0;
  const auto process =
      process_with_policy(world, PolicyCondition::BadHandle, PolicyAction::Deny,
                          [&](sim::User& user, uint64_t, uint64_t) -> sim::UserProgram {
                            result = co_await user.syscall(kFirstOwn + 1);
                            co_await user.syscall(kExitProcess, 0);
                          });
  world.settle();
  EXPECT_EQ(result, testing::error_value(Status::BadHandle));
}

}  // namespace
}  // namespace jacinth
