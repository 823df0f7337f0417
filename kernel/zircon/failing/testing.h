// For tests: programs that make system calls of which one runs out of memory.
//
//     each_failure(2, [](Program& p) -> Steps {
//       co_await p.ok(number::kChannelCreate, 0, p.at(0), p.at(1));       // prepares
//       if (co_await p.failing(number::kChannelWrite, …) == Status::NoMemory) {
//         …                                                                 // what must hold now
//         co_await p.ok(number::kChannelWrite, …);
//       }
//     });
#pragma once

#include <gtest/gtest.h>

#include <functional>

#include "hal/sim/faults.h"
#include "object/dev/memory_pressure.h"
#include "object/dev/resource.h"
#include "object/sync/event.h"
#include "object/task/testing.h"
#include "object/vm/vmar_object.h"
#include "zircon/personality.h"
#include "zircon/syscall_numbers.h"

namespace jacinth::zircon::testing {

using Steps = sim::UserProgram;

// A process with a buffer, and a thread that makes the calls of a test.
class Program {
 public:
  static constexpr VirtAddr kBuffer{0x20'0000};
  static constexpr uint64_t kBufferPages = 20;

  // --- Its memory: words of 64 bits for results, the rest for whatever a call reads.
  static constexpr VirtAddr at(uint64_t word) { return kBuffer + word * sizeof(uint64_t); }
  static constexpr VirtAddr data(uint64_t offset = 0) { return kBuffer + kPageSize + offset; }
  auto word(uint64_t index) { return user_->read<uint64_t>(at(index)); }
  auto handle(uint64_t index) { return user_->read<HandleValue>(at(index)); }
  template <typename T>
  auto read(VirtAddr from) {
    return user_->read<T>(from);
  }
  template <typename T>
  auto write(VirtAddr to, const T& value) {
    return user_->write<T>(to, value);
  }

  // --- Handles it begins with.
  HandleValue job = kInvalidHandle;
  HandleValue process = kInvalidHandle;
  HandleValue vmar = kInvalidHandle;
  HandleValue resource = kInvalidHandle;  // the root of all
  HandleValue event = kInvalidHandle;     // one of many to it
  VirtAddr sleeper{};                     // where a thread may start that does nothing

  // --- Calls.
  template <typename... Arguments>
  sim::UserTask<Status> call(uint64_t number, Arguments... arguments) {
    co_return static_cast<Status>(
        static_cast<int32_t>(co_await user_->syscall(number, arguments...)));
  }
  // A call that must succeed.
  template <typename... Arguments>
  Steps ok(uint64_t number, Arguments... arguments) {
    EXPECT_EQ(co_await call(number, arguments...), Status::Ok) << "call " << number;
  }
  sim::UserTask<Signals> signals(HandleValue of) {
    constexpr VirtAddr kObserved = at(100);
    std::ignore = co_await call(number::kObjectWaitOne, of, 0, 0, kObserved);
    co_return co_await user_->read<Signals>(kObserved);
  }
  // The call under test, once in a run: a chosen allocation fails in it, and every free slot of the
  // handle table has been used. NO_MEMORY, or `kOutcome` when that was not needed; when there was
  // no failure, `kOutcome`.
  template <Status kOutcome = Status::Ok, typename... Arguments>
  sim::UserTask<Status> failing(uint64_t number, Arguments... arguments) {
    EXPECT_EQ(tested_, 0) << "two calls under test";
    tested_ = 1;
    fill_handle_table();
    sim::fail_allocation(static_cast<uint64_t>(failing_), afterwards_);
    const Status status = co_await call(number, arguments...);
    failed_ = sim::allocation_has_failed();
    sim::fail_allocation(0);
    EXPECT_TRUE(status == kOutcome || (failed_ && status == Status::NoMemory))
        << "ended with " << static_cast<int32_t>(status) << " when allocation " << failing_
        << (failed_ ? " failed" : " was never made");
    co_return status;
  }
  // The same for a call that, without memory, must leave everything as it was, and then succeed.
  template <typename... Arguments>
  Steps retried(uint64_t number, Arguments... arguments) {
    fill_handle_table();
    const State before = state();
    if (co_await failing(number, arguments...) == Status::Ok) co_return;
    const State after = state();
    EXPECT_EQ(after.objects, before.objects);
    EXPECT_EQ(after.handles, before.handles);
    EXPECT_EQ(after.mapped, before.mapped);
    co_await ok(number, arguments...);
  }

 private:
  friend void run_once(Program& program, const std::function<Steps(Program&)>& steps);
  friend void each_failure(int at_least, const std::function<Steps(Program&)>& steps);

  struct State {
    uint64_t objects;
    size_t handles;
    uint64_t mapped;
  };
  static Process& self() { return Thread::current()->process(); }
  static State state() {
    return {.objects = KernelObject::live_count(),
            .handles = self().handles().count(),
            .mapped = self().address_space().stats()->mapped_bytes};
  }
  // The next handle needs a larger table.
  static void fill_handle_table() {
    constexpr size_t kChunk = 64;
    HandleTable& table = self().handles();
    const RefPtr<Event> filler = *Event::create();
    while (table.count() % kChunk != 0) EXPECT_TRUE(table.add(Handle(filler)));
  }

  Program(int failing, sim::Afterwards afterwards) : failing_(failing), afterwards_(afterwards) {}
  void prepare(jacinth::testing::World& world, const RefPtr<Process>& made);
  Steps run(sim::User& user, const std::function<Steps(Program&)>& steps);

  const int failing_;
  const sim::Afterwards afterwards_;
  sim::User* user_ = nullptr;
  int tested_ = 0;
  bool failed_ = false;
  bool finished_ = false;
};

inline void Program::prepare(jacinth::testing::World& world, const RefPtr<Process>& made) {
  constexpr auto kReadWrite = hal::Access::Read | hal::Access::Write;
  const RefPtr<vm::Vmo> memory = *vm::Vmo::create(kBufferPages * kPageSize);
  const auto root = *VmarObject::create(made->address_space().root());
  const uint64_t offset = raw(kBuffer) - raw(hal::user_range().base);
  EXPECT_TRUE(root->vmar().map({.kind = vm::Placement::Kind::Specific, .offset = offset}, memory, 0,
                               memory->size(), {.access = kReadWrite, .max_access = kReadWrite}));
  HandleTable& table = made->handles();
  job = *table.add(Handle(world.root));
  process = *table.add(Handle(made));
  vmar = *table.add(Handle(root));
  resource = *table.add(*Resource::create_root());
  event = *table.add(Handle(*Event::create()));
  sleeper = world.machine.add_program([](sim::User& user, uint64_t, uint64_t) -> Steps {
    co_await user.syscall(number::kNanosleep, kForever.ns);
    co_await user.syscall(number::kThreadExit);
  });
}

inline Steps Program::run(sim::User& user, const std::function<Steps(Program&)>& steps) {
  user_ = &user;
  // Present and writable before anything fails: a program's own page faults are not its calls.
  for (uint64_t page = 0; page < kBufferPages; ++page)
    co_await user.write<uint64_t>(kBuffer + page * kPageSize, 0);
  co_await steps(*this);
  finished_ = true;
  co_await user.syscall(number::kProcessExit, 0);
}

// One run, on a machine of its own. Nothing may be left of it: no object, no page frame, no heap
// block.
inline void run_once(Program& program, const std::function<Steps(Program&)>& steps) {
  jacinth::testing::World world;
  EXPECT_TRUE(start_memory_pressure());
  const auto process = *Process::create(world.root, "caller", personality());
  program.prepare(world, process);
  const auto body = [&](sim::User& user, uint64_t, uint64_t) { return program.run(user, steps); };
  EXPECT_TRUE(world.start(process, world.thread(process), body));
  world.settle();
  EXPECT_TRUE(program.finished_) << "the program did not get to its end";
  EXPECT_EQ(program.tested_, 1) << "no call was tested";
  stop_memory_pressure();
}

// Runs the program again and again: with the first allocation failing that the call under test
// makes, alone or with all later ones, with the second, …, with none. The call makes `at_least` so
// many allocations; 0: it makes none at all.
inline void each_failure(int at_least, const std::function<Steps(Program&)>& steps) {
  for (const auto afterwards : {sim::Afterwards::Succeed, sim::Afterwards::Fail}) {
    int failing = 1;
    for (bool failed = true; failed; ++failing) {
      SCOPED_TRACE(::testing::Message()
                   << "allocation " << failing
                   << (afterwards == sim::Afterwards::Fail ? " and all later ones fail"
                                                           : " fails"));
      Program program(failing, afterwards);
      run_once(program, steps);
      if (::testing::Test::HasFailure()) return;
      failed = program.failed_;
    }
    const int allocations = failing - 2;
    if (at_least == 0) EXPECT_EQ(allocations, 0);
    EXPECT_GE(allocations, at_least);
  }
}
inline void needs_no_memory(const std::function<Steps(Program&)>& steps) { each_failure(0, steps); }

}  // namespace jacinth::zircon::testing
