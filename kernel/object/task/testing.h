// For tests: a machine with a root job, and a personality whose calls a test defines.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <map>

#include "exec/waiter.h"
#include "hal/sim/faults.h"
#include "hal/sim/machine.h"
#include "object/handle.h"
#include "object/task/job.h"
#include "object/task/process.h"
#include "object/task/thread.h"
#include "vm/frames.h"

namespace jacinth::testing {

// Calls every test has.
inline constexpr uint64_t kExitThread = 0;
inline constexpr uint64_t kExitProcess = 1;  // (code)
inline constexpr uint64_t kSleep = 2;        // (deadline in ns): 0, or INTERNAL_INTR_RETRY
inline constexpr uint64_t kNothing = 3;
inline constexpr uint64_t kFirstOwn = 16;  // tests define theirs from here on

class TestPersonality final : public Personality {
 public:
  using Call = std::function<exec::Eventually<CallResult>(Thread&)>;

  TestPersonality() {
    define(kNothing, [](Thread&) { return CallResult(0); });
    define(kExitThread, [](Thread& thread) {
      thread.exit();
      return CallResult(0);
    });
    define(kExitProcess, [](Thread& thread) {
      thread.process().exit(static_cast<int64_t>(thread.context().syscall_arg(0)));
      return CallResult(0);
    });
    define(kSleep, [](Thread& thread) -> exec::Eventually<CallResult> {
      thread.set_blocked_reason(BlockedReason::Sleeping);
      return sleep_until({static_cast<int64_t>(thread.context().syscall_arg(0))});
    });
  }
  void define(uint64_t number, Call call) { calls_[number] = std::move(call); }

  CallOutcome syscall(Thread& thread) override {
    const auto found = calls_.find(thread.context().syscall_number());
    if (found == calls_.end()) return CallResult(fail(Status::BadSyscall));
    return found->second(thread);
  }
  uint64_t error_value(Status status) const override {
    return static_cast<uint64_t>(static_cast<int64_t>(status));
  }
  exec::Eventually<Status> on_attention(Thread&) override {
    ++attentions;
    return Status::Ok;
  }
  void on_process_exit(Process&) override { ++processes_ended; }

  static exec::Task<CallResult> sleep_until(Instant deadline) {
    exec::Waiter waiter;
    const Status status = co_await waiter.wait(deadline);
    if (status == Status::TimedOut) co_return 0;
    co_return fail(status);
  }

  int attentions = 0;
  int processes_ended = 0;

 private:
  std::map<uint64_t, Call> calls_;
};

inline constexpr uint64_t error_value(Status status) {
  return static_cast<uint64_t>(static_cast<int64_t>(status));
}

// What a call library does: makes an interrupted call again.
inline sim::UserTask<uint64_t> sleep_with_retry(sim::User& user, uint64_t deadline_ns) {
  for (;;) {
    const uint64_t result = co_await user.syscall(kSleep, deadline_ns);
    if (result != error_value(Status::InternalIntrRetry)) co_return result;
  }
}
inline constexpr uint64_t kForeverNs = static_cast<uint64_t>(kForever.ns);

// The programs most tests need.
inline sim::UserProgram sleeper(sim::User& user, uint64_t, uint64_t) {
  co_await sleep_with_retry(user, kForeverNs);
}
inline sim::UserProgram spinner(sim::User& user, uint64_t, uint64_t) {
  for (;;) co_await user.work(microseconds(10));
}
inline sim::UserProgram leaver(sim::User& user, uint64_t, uint64_t) {
  co_await user.syscall(kExitThread);
}

// A machine and a root job; checks at the end that nothing is left of what the test made.
class World {
 public:
  explicit World(sim::Options options = {}) : machine(options) {
    EXPECT_TRUE(vm::start());
    objects_before_ = KernelObject::live_count();
    free_frames_before_ = vm::frames().counts().free();
    heap_blocks_before_ = sim::live_heap_blocks();
    root = *Job::create_root();
  }
  ~World() {
    root->kill();
    settle();
    // CPUs that were asleep when the last process went still hold its address space.
    for (hal::CpuId cpu = 0; cpu < hal::cpu_count(); ++cpu) hal::send_ipi(cpu);
    settle();
    EXPECT_EQ(root->ref_count(), 1u) << "something still refers to the root job";
    root = nullptr;
    EXPECT_EQ(KernelObject::live_count(), objects_before_) << "kernel objects leaked";
    EXPECT_EQ(vm::frames().counts().free(), free_frames_before_) << "page frames leaked";
    EXPECT_EQ(sim::live_heap_blocks(), heap_blocks_before_) << "heap blocks leaked";
  }

  // Lets everything happen that can; spinning programs get a little time.
  void settle() { machine.run_for(milliseconds(50)); }

  RefPtr<Process> process(RefPtr<Job> job = nullptr) {
    return *Process::create(job ? job : root, "test-process", personality);
  }
  RefPtr<Thread> thread(const RefPtr<Process>& process, std::string_view name = "test-thread") {
    return *Thread::create(process, name);
  }
  // Starts a process with one thread that runs `program`.
  Result<> start(const RefPtr<Process>& process, const RefPtr<Thread>& thread,
                 sim::UserProgramFunction program, uint64_t argument = 0) {
    return process->start(*thread, machine.add_program(std::move(program)), kNoStack, {}, argument);
  }
  Result<> start_thread(const RefPtr<Thread>& thread, sim::UserProgramFunction program) {
    return thread->start(machine.add_program(std::move(program)), kNoStack, 0, 0);
  }
  RefPtr<Process> run(sim::UserProgramFunction program, RefPtr<Job> job = nullptr) {
    auto made = process(std::move(job));
    EXPECT_TRUE(start(made, thread(made), std::move(program)));
    return made;
  }

  static constexpr VirtAddr kNoStack{0};

  sim::Machine machine;
  TestPersonality personality;
  RefPtr<Job> root;

 private:
  uint64_t objects_before_ = 0;
  uint64_t free_frames_before_ = 0;
  size_t heap_blocks_before_ = 0;
};

}  // namespace jacinth::testing
