// The end of what programs have made large, deep or many: it takes its time, but never the CPU.
//
// A run's longest stretch is the time that a CPU spends in the kernel without a chance for others,
// counting the locks it takes at 20 ns each: the same in every run.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "exec/reaper.h"
#include "object/ipc/channel.h"
#include "object/sync/event.h"
#include "object/sync/port.h"
#include "object/task/testing.h"
#include "object/vm/vmo_object.h"
#include "zircon/personality.h"
#include "zircon/syscall_numbers.h"

namespace jacinth::zircon {
namespace {

using jacinth::testing::World;

constexpr Duration kLongest = microseconds(500);

class Teardown : public ::testing::Test {
 protected:
  // Does it in a program, as that program's system call would, and lets it come to its end.
  void in_program(std::function<void()> body) {
    std::ignore = world_.machine.take_longest_stretch();
    bool done = false;
    world_.run([&](sim::User& user, uint64_t, uint64_t) -> sim::UserProgram {
      co_await user.syscall(jacinth::testing::kNothing);
      body();
      done = true;
      co_await user.syscall(jacinth::testing::kExitProcess, 0);
    });
    EXPECT_EQ(world_.machine.run_until_idle({.steps = 200'000'000}), sim::Stop::Idle);
    EXPECT_TRUE(done);
    EXPECT_FALSE(exec::reaping());
    const Duration longest = world_.machine.take_longest_stretch();
    EXPECT_LE(longest, kLongest);
    EXPECT_GT(longest.ns, 0);
    RecordProperty("longest_stretch_ns", std::to_string(longest.ns));
  }
  uint64_t live() const { return KernelObject::live_count(); }

  World world_{{.ram_bytes = 256 << 20}};
};

MessagePtr message_with(std::vector<Handle> handles) {
  MessagePtr message = *MessagePacket::create({0, static_cast<uint32_t>(handles.size())});
  std::ranges::move(handles, message->handles().begin());
  return message;
}

Channel& channel_of(const Handle& handle) { return static_cast<Channel&>(*handle.object()); }

// --- Messages

// Each channel has a message waiting that holds the next channel's end.
TEST_F(Teardown, ChainOfChannels) {
  const uint64_t before = live();
  Handle first;
  for (int i = 0; i < 100'000; ++i) {
    auto [reader, writer] = *Channel::create();
    if (first) {
      std::vector<Handle> inside;
      inside.push_back(std::move(first));
      ASSERT_TRUE(channel_of(writer).write(message_with(std::move(inside))));
    }
    first = std::move(reader);
  }
  in_program([&] { first = Handle(); });
  EXPECT_EQ(live(), before);
}

TEST_F(Teardown, ChannelFullOfMessagesFullOfHandles) {
  const RefPtr<Event> event = *Event::create();
  auto [reader, writer] = *Channel::create();
  for (int i = 0; i < 3000; ++i) {
    std::vector<Handle> handles;
    for (int j = 0; j < 64; ++j) handles.push_back(Handle(event));
    ASSERT_TRUE(channel_of(writer).write(message_with(std::move(handles))));
  }
  in_program([&] { reader = Handle(); });
  EXPECT_EQ(event->handle_count(), 0u);
}

TEST_F(Teardown, PortWithManyRegistrations) {
  const RefPtr<Event> event = *Event::create();
  Handle port(*Port::create(0));
  HandleTable table(0);
  const HandleValue source = *table.add(Handle(event));
  const HandleValue target = *table.add(port.duplicate(port.rights()));
  for (uint64_t key = 0; key < 50'000; ++key)
    ASSERT_TRUE(wait_async(table, source, target, key, signals::kSignaled, 0));
  ASSERT_TRUE(table.remove(target));
  in_program([&] { port = Handle(); });
}

// --- Tasks

TEST_F(Teardown, ProcessWithManyHandles) {
  const RefPtr<Event> event = *Event::create();
  const auto process = world_.process();
  for (int i = 0; i < 200'000; ++i) ASSERT_TRUE(process->handles().add(Handle(event)));
  in_program([&] { process->kill(); });
  EXPECT_EQ(event->handle_count(), 0u);
  EXPECT_EQ(process->state(), Process::State::Dead);
}

TEST_F(Teardown, ProcessWithManyMappings) {
  constexpr auto kRead = hal::Access::Read;
  const auto process = world_.process();
  const auto vmo = *vm::Vmo::create(kPageSize);
  const auto root = process->address_space().root();
  for (int i = 0; i < 20'000; ++i)
    ASSERT_TRUE(root->map({}, vmo, 0, kPageSize, {.access = kRead, .max_access = kRead}));
  in_program([&] { process->kill(); });
  EXPECT_EQ(vmo->info().num_mappings, 0u);
  EXPECT_EQ(process->state(), Process::State::Dead);
}

TEST_F(Teardown, ProcessWithDeeplyNestedVmars) {
  const auto process = world_.process();
  RefPtr<vm::Vmar> vmar = process->address_space().root();
  uint64_t size = uint64_t{30'000} * kPageSize;
  for (int i = 0; i < 20'000; ++i, size -= kPageSize)
    vmar = *vmar->allocate({.kind = vm::Placement::Kind::Specific}, size,
                           {.can_map = hal::Access::Read, .can_map_specific = true});
  in_program([&] { process->kill(); });
  EXPECT_TRUE(vmar->destroyed());
}

TEST_F(Teardown, ProcessWithManyUnstartedThreads) {
  const auto process = world_.process();
  std::vector<RefPtr<Thread>> threads;
  for (int i = 0; i < 5000; ++i) threads.push_back(world_.thread(process));
  in_program([&] { process->kill(); });
  EXPECT_TRUE(std::ranges::all_of(
      threads, [](const auto& thread) { return thread->info().state == Thread::State::Dead; }));
}

TEST_F(Teardown, JobWithManyProcesses) {
  const RefPtr<Job> job = *Job::create(world_.root);
  const Handle handle(job);
  std::vector<RefPtr<Process>> processes;
  for (int i = 0; i < 3000; ++i) processes.push_back(world_.process(job));
  in_program([&] { job->kill(); });
  EXPECT_NE(job->signals() & signals::kTaskTerminated, 0u);
  EXPECT_TRUE(std::ranges::all_of(
      processes, [](const auto& process) { return process->state() == Process::State::Dead; }));
}

TEST_F(Teardown, WideAndDeepTreeOfJobs) {
  const RefPtr<Job> top = *Job::create(world_.root);
  const Handle handle(top);
  std::vector<RefPtr<Job>> jobs{top};
  // Sixteen at each level of a deep chain, and a wide crowd at its end.
  for (int level = 0; level < 20; ++level) {
    const RefPtr<Job> parent = jobs.back();
    for (int i = 0; i < 16; ++i) jobs.push_back(*Job::create(parent));
  }
  const RefPtr<Job> last = jobs.back();
  for (int i = 0; i < 10'000; ++i) jobs.push_back(*Job::create(last));
  in_program([&] { top->kill(77); });
  EXPECT_TRUE(std::ranges::all_of(jobs, [](const auto& job) {
    return (job->signals() & signals::kTaskTerminated) != 0 && job->info().return_code == 77;
  }));
}

// --- Memory

RefPtr<vm::Vmo> committed(uint64_t pages, vm::Resizable resizable = vm::Resizable::No) {
  auto vmo = *vm::Vmo::create(pages * kPageSize, resizable);
  vm::ByteRange range{.offset = 0, .size = pages * kPageSize};
  while (range.size != 0) EXPECT_TRUE(vmo->commit(range));
  return vmo;
}

TEST_F(Teardown, LargeVmo) {
  const uint64_t free = vm::frames().counts().free();
  Handle handle(*VmoObject::create(committed(40'000)));
  in_program([&] { handle = Handle(); });
  EXPECT_EQ(vm::frames().counts().free(), free);
}

// A family of snapshots: whoever goes last frees the pages.
class Snapshots : public Teardown {
 protected:
  // 1,000 deep or 10,000 wide.
  void make(bool deep, int count) {
    family_.push_back(committed(200));
    for (int i = 0; i < count; ++i) {
      vm::Vmo& from = deep ? *family_.back() : *family_.front();
      family_.push_back(
          *from.create_child(vm::ChildKind::Snapshot, 0, 200 * kPageSize, vm::Resizable::No));
      const uint64_t own = static_cast<uint64_t>(i);
      EXPECT_TRUE(family_.back()->write(own % 200 * kPageSize, std::as_bytes(std::span(&own, 1))));
    }
  }
  // Closes the handles to all of them, the last first, by ending the process that has them.
  void drop_all() {
    const uint64_t some = vm::frames().counts().free();
    const auto process = world_.process();
    for (auto& vmo : family_)
      ASSERT_TRUE(process->handles().add(Handle(*VmoObject::create(std::move(vmo)))));
    family_.clear();
    in_program([&] { process->kill(); });
    EXPECT_GT(vm::frames().counts().free(), some);
  }
  std::vector<RefPtr<vm::Vmo>> family_;
};

TEST_F(Snapshots, DeepChainFromTheTop) {
  make(true, 1000);
  std::ranges::reverse(family_);
  drop_all();
}
TEST_F(Snapshots, DeepChainFromTheBottom) {
  make(true, 1000);
  drop_all();
}
TEST_F(Snapshots, DeepChainInAnyOrder) {
  make(true, 1000);
  for (size_t i = family_.size(); i-- > 1;)
    std::swap(family_[i], family_[world_.machine.random().below(i + 1)]);
  drop_all();
}
TEST_F(Snapshots, WideFromTheTop) {
  make(false, 10'000);
  std::ranges::reverse(family_);
  drop_all();
}
TEST_F(Snapshots, WideFromTheBottom) {
  make(false, 10'000);
  drop_all();
}

// The system call shrinks step by step.
TEST_F(Teardown, ShrinkOfALargeVmo) {
  const auto vmo = committed(40'000, vm::Resizable::Yes);
  const auto process = *Process::create(world_.root, "shrinks", personality());
  const HandleValue handle = *process->handles().add(Handle(*VmoObject::create(vmo)));
  int64_t status = 1;
  const auto body = [&](sim::User& user, uint64_t, uint64_t) -> sim::UserProgram {
    status = static_cast<int64_t>(co_await user.syscall(number::kVmoSetSize, handle, kPageSize));
    co_await user.syscall(number::kProcessExit, 0);
  };
  std::ignore = world_.machine.take_longest_stretch();
  ASSERT_TRUE(world_.start(process, world_.thread(process), body));
  EXPECT_EQ(world_.machine.run_until_idle({.steps = 200'000'000}), sim::Stop::Idle);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(vmo->size(), kPageSize);
  EXPECT_EQ(vmo->info().committed_bytes, kPageSize);
  EXPECT_LE(world_.machine.take_longest_stretch(), kLongest);
}

}  // namespace
}  // namespace jacinth::zircon
