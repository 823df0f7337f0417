#include <array>
#include <optional>
#include <vector>

#include "object/task/exception_testing.h"
#include "object/task/suspend_token.h"

namespace jacinth {
namespace {

using testing::kExitProcess;
using testing::kExitThread;
using testing::kInvalidOpcode;
using testing::kTaskRights;
using testing::Listener;
using testing::sleeper;
using testing::World;

// A program that raises an exception and, if it is resumed, ends with code 7.
sim::UserProgram faulter(sim::User& user, uint64_t, uint64_t) {
  co_await user.raise(kInvalidOpcode, 0);
  co_await user.syscall(kExitProcess, 7);
}

struct Faulting {
  explicit Faulting(World& world)
      : job(*Job::create(world.root)),
        keeps_job(job),
        process(world.process(job)),
        thread(world.thread(process, "faulty")) {}
  void start(World& world) { ASSERT_TRUE(world.start(process, thread, faulter)); }
  RefPtr<Job> job;
  Handle keeps_job;
  RefPtr<Process> process;
  RefPtr<Thread> thread;
};

TEST(Exception, ThatNobodyHandlesKillsTheProcessAndIsLogged) {
  World world;
  Faulting faulting(world);
  faulting.start(world);
  world.settle();
  EXPECT_EQ(faulting.process->info().return_code, task_code::kException);
  const std::string log = world.machine.take_console_output();
  EXPECT_NE(log.find("test-process"), std::string::npos) << log;
  EXPECT_NE(log.find("faulty"), std::string::npos) << log;
  EXPECT_NE(log.find("undefined instruction"), std::string::npos) << log;
}

TEST(Exception, UnmappedAccessIsAFatalPageFault) {
  World world;
  const RefPtr<Process> process = world.process();
  Listener listener(*process);
  ASSERT_TRUE(world.start(process, world.thread(process),
                          [](sim::User& user, uint64_t, uint64_t) -> sim::UserProgram {
                            co_await user.write<uint32_t>(VirtAddr{0x1234'5678}, 1);
                          }));
  world.settle();
  auto received = listener.take(ExceptionType::FatalPageFault);
  const auto thread = *process->thread(received.message.thread);
  const auto report = thread->exception_report();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->address, VirtAddr{0x1234'5678});
  EXPECT_EQ(report->type, ExceptionType::FatalPageFault);
  // Handled without a remedy: the instruction is tried again.
  received.resume();
  world.settle();
  auto again = listener.take(ExceptionType::FatalPageFault);
  again.handle.close();
  world.settle();
  EXPECT_EQ(process->info().return_code, task_code::kException);
}

TEST(Exception, HandledOneResumesTheProgram) {
  World world;
  Faulting faulting(world);
  Listener listener(*faulting.process);
  faulting.start(world);
  world.settle();
  EXPECT_EQ(faulting.thread->info().reason, BlockedReason::Exception);
  EXPECT_EQ(faulting.thread->info().handler, ExceptionHandler::Process);
  auto received = listener.take(ExceptionType::UndefinedInstruction);
  EXPECT_EQ(received.message.process, faulting.process->koid());
  EXPECT_EQ(received.message.thread, faulting.thread->koid());
  received.resume();
  world.settle();
  EXPECT_EQ(faulting.process->info().return_code, 7);
  EXPECT_EQ(faulting.thread->exception_report().error(), Status::BadState);
}

TEST(Exception, GoesFromHandlerToHandlerOutward) {
  World world;
  Faulting faulting(world);
  Listener debugger(*faulting.process, true);
  Listener of_thread(*faulting.thread);
  Listener of_process(*faulting.process);
  Listener of_job(*faulting.job);
  Listener of_root(*world.root);
  faulting.start(world);
  world.settle();
  debugger.take(ExceptionType::ThreadStarting);  // let go at once
  world.settle();
  struct Step {
    Listener& listener;
    ExceptionHandler handler;
  };
  const Step steps[] = {{debugger, ExceptionHandler::Debugger},
                        {of_thread, ExceptionHandler::Thread},
                        {of_process, ExceptionHandler::Process},
                        {of_job, ExceptionHandler::Job},
                        {of_root, ExceptionHandler::Job}};
  for (const Step& step : steps) {
    EXPECT_EQ(faulting.thread->info().handler, step.handler);
    step.listener.take(ExceptionType::UndefinedInstruction);
    world.settle();
  }
  EXPECT_EQ(faulting.process->info().return_code, task_code::kException);
}

TEST(Exception, DebuggerMayAskForASecondChance) {
  World world;
  Faulting faulting(world);
  Listener debugger(*faulting.process, true);
  Listener of_process(*faulting.process);
  Listener of_job(*faulting.job);
  faulting.start(world);
  world.settle();
  debugger.take(ExceptionType::ThreadStarting);
  world.settle();
  {
    auto first = debugger.take(ExceptionType::UndefinedInstruction);
    EXPECT_EQ(first.exception().strategy(), Exception::Strategy::FirstChance);
    EXPECT_TRUE(first.exception().set_strategy(Exception::Strategy::SecondChance));
  }
  world.settle();
  {
    auto own = of_process.take(ExceptionType::UndefinedInstruction);
    EXPECT_EQ(to_status(own.exception().set_strategy(Exception::Strategy::SecondChance)),
              Status::BadState);
    EXPECT_EQ(own.exception().strategy().error(), Status::BadState);
  }
  world.settle();
  auto second = debugger.take(ExceptionType::UndefinedInstruction);
  EXPECT_FALSE(of_job.next().has_value());
  second.resume();
  world.settle();
  debugger.take(ExceptionType::ThreadExiting);
  world.settle();
  EXPECT_EQ(faulting.process->info().return_code, 7);
}

TEST(Exception, ClosingTheChannelWithAnUnreadOnePassesItOn) {
  World world;
  Faulting faulting(world);
  Listener of_job(*faulting.job);
  {
    Listener of_process(*faulting.process);
    faulting.start(world);
    world.settle();
    EXPECT_EQ(faulting.thread->info().handler, ExceptionHandler::Process);
  }
  world.settle();
  EXPECT_EQ(faulting.thread->info().handler, ExceptionHandler::Job);
  of_job.take(ExceptionType::UndefinedInstruction).resume();
  world.settle();
  EXPECT_EQ(faulting.process->info().return_code, 7);
}

TEST(Exception, ClosingTheChannelAfterReadingChangesNothing) {
  World world;
  Faulting faulting(world);
  Listener listener(*faulting.process);
  faulting.start(world);
  world.settle();
  auto received = listener.take(ExceptionType::UndefinedInstruction);
  listener.end().close();
  world.settle();
  EXPECT_EQ(faulting.thread->info().handler, ExceptionHandler::Process);
  received.resume();
  world.settle();
  EXPECT_EQ(faulting.process->info().return_code, 7);
}

TEST(Exception, HandlesHaveTheRightsOfTheChannelsMaker) {
  World world;
  Faulting faulting(world);
  Listener of_thread(*faulting.thread);
  Listener of_process(*faulting.process);
  faulting.start(world);
  world.settle();
  {
    auto received = of_thread.take(ExceptionType::UndefinedInstruction);
    const auto thread = received.exception().thread_handle();
    ASSERT_TRUE(thread);
    EXPECT_EQ(thread->object().get(), faulting.thread.get());
    EXPECT_EQ(thread->rights(), kTaskRights);
    EXPECT_EQ(received.exception().process_handle().error(), Status::AccessDenied);
  }
  world.settle();
  auto received = of_process.take(ExceptionType::UndefinedInstruction);
  const auto process = received.exception().process_handle();
  ASSERT_TRUE(process);
  EXPECT_EQ(process->object().get(), faulting.process.get());
  EXPECT_EQ(process->rights(), kTaskRights);
}

TEST(Exception, KillEndsTheWaitAndLeavesTheMessage) {
  World world;
  Faulting faulting(world);
  Listener listener(*faulting.process);
  faulting.start(world);
  world.settle();
  faulting.thread->kill();
  world.settle();
  EXPECT_EQ(faulting.process->state(), Process::State::Dead);
  EXPECT_EQ(listener.channel().signals(), signals::kReadable | signals::kPeerClosed);
  auto stale = listener.take(ExceptionType::UndefinedInstruction);
  stale.exception().set_answer(Exception::Answer::Handled);
  EXPECT_EQ(stale.exception().answer(), Exception::Answer::Handled);
}

TEST(Exception, RegistersAreAccessibleMeanwhile) {
  World world;
  Faulting faulting(world);
  Listener listener(*faulting.process);
  faulting.start(world);
  world.settle();
  uint64_t fs = 0x7000;
  EXPECT_TRUE(
      faulting.thread->write_state(hal::RegisterSet::FsBase, std::as_bytes(std::span(&fs, 1))));
  EXPECT_EQ(faulting.thread->context().general.fs_base, 0x7000u);
}

TEST(Exception, SuspensionTakesEffectWhenItIsOver) {
  World world;
  Faulting faulting(world);
  Listener listener(*faulting.process);
  faulting.start(world);
  world.settle();
  auto received = listener.take(ExceptionType::UndefinedInstruction);
  Handle token(*SuspendToken::create(faulting.thread));
  world.settle();
  EXPECT_EQ(faulting.thread->info().reason, BlockedReason::Exception);
  EXPECT_EQ(faulting.thread->signals(), signals::kThreadRunning);
  received.resume();
  world.settle();
  EXPECT_EQ(faulting.thread->info().state, Thread::State::Suspended);
  EXPECT_EQ(faulting.thread->signals(), signals::kThreadSuspended);
  token.close();
  world.settle();
  EXPECT_EQ(faulting.process->info().return_code, 7);
}

TEST(Exception, DebuggersHearOfStartsAndExits) {
  World world;
  const RefPtr<Job> job = *Job::create(world.root);
  Handle keeps_job(job);
  const RefPtr<Process> process = world.process(job);
  const RefPtr<Thread> thread = world.thread(process);
  Listener of_root(*world.root, true);
  Listener of_job(*job, true);
  Listener of_process(*process, true);
  EXPECT_TRUE(process->info().debugger_attached);
  EXPECT_TRUE(job->info().debugger_attached);
  bool ran = false;
  ASSERT_TRUE(
      world.start(process, thread, [&](sim::User& user, uint64_t, uint64_t) -> sim::UserProgram {
        ran = true;
        co_await user.syscall(kExitThread);
      }));
  world.settle();
  EXPECT_EQ(thread->info().handler, ExceptionHandler::JobDebugger);
  EXPECT_FALSE(of_process.next().has_value());  // the process's start comes first
  of_job.take(ExceptionType::ProcessStarting);
  world.settle();
  of_process.take(ExceptionType::ThreadStarting);
  EXPECT_FALSE(ran);
  world.settle();
  EXPECT_TRUE(ran);
  EXPECT_EQ(thread->info().state, Thread::State::Dying);
  std::array<std::byte, 8> register_bytes{};
  EXPECT_EQ(to_status(thread->read_state(hal::RegisterSet::FsBase, register_bytes)),
            Status::NotSupported);
  of_process.take(ExceptionType::ThreadExiting);
  world.settle();
  EXPECT_EQ(process->state(), Process::State::Dead);
  EXPECT_FALSE(of_root.next().has_value());
}

TEST(Exception, KilledThreadAnnouncesItsExitWithoutWaiting) {
  World world;
  const RefPtr<Process> process = world.run(sleeper);
  world.settle();
  Listener debugger(*process, true);
  process->kill();
  world.settle();
  EXPECT_EQ(process->state(), Process::State::Dead);
  debugger.take(ExceptionType::ThreadExiting);
}

TEST(Exception, KillEndsAnExitThatWaitsForItsDebugger) {
  World world;
  const RefPtr<Process> process = world.process();
  Listener debugger(*process, true);
  ASSERT_TRUE(world.start(process, world.thread(process), testing::leaver));
  world.settle();
  debugger.take(ExceptionType::ThreadStarting);
  world.settle();
  EXPECT_EQ(process->state(), Process::State::Running);
  process->kill();
  world.settle();
  EXPECT_EQ(process->state(), Process::State::Dead);
}

TEST(Exception, ChannelsAreRefusedWhereTheyMakeNoSense) {
  World world;
  const RefPtr<Process> process = world.process();
  const RefPtr<Thread> thread = world.thread(process);
  EXPECT_EQ(create_exception_channel(*thread, true, 0).error(), Status::InvalidArgs);
  Listener first(*process);
  EXPECT_EQ(create_exception_channel(*process, false, 0).error(), Status::AlreadyBound);
  EXPECT_EQ(first.end().rights(), rights::kTransfer | rights::kWait | rights::kRead);
  EXPECT_EQ(create_exception_channel(first.channel(), false, 0).error(), Status::WrongType);
  first.end().close();
  Listener second(*process);
  process->kill();
  EXPECT_EQ(second.channel().signals() & signals::kPeerClosed, signals::kPeerClosed);
  EXPECT_EQ(create_exception_channel(*process, true, 0).error(), Status::BadState);
  EXPECT_EQ(create_exception_channel(*thread, false, 0).error(), Status::BadState);
  const RefPtr<Job> job = *Job::create(world.root);
  Handle keeps_job(job);
  Listener of_job(*job);
  job->kill();
  EXPECT_EQ(of_job.channel().signals() & signals::kPeerClosed, signals::kPeerClosed);
  EXPECT_EQ(create_exception_channel(*job, false, 0).error(), Status::BadState);
}

TEST(Exception, HandlerThatCannotBeToldForLackOfMemoryIsPassedOver) {
  World world;
  for (uint64_t nth = 1;; ++nth) {
    Faulting faulting(world);
    Listener listener(*faulting.process);
    faulting.start(world);
    sim::fail_allocation(nth);
    world.settle();
    const bool failed = sim::allocation_has_failed();
    sim::fail_allocation(0);
    auto received = listener.next();
    EXPECT_NE(received.has_value(), failed) << "allocation " << nth;
    if (received) received->resume();
    world.settle();
    EXPECT_EQ(faulting.process->info().return_code, failed ? task_code::kException : 7);
    if (!failed) break;
  }
}

}  // namespace
}  // namespace jacinth
