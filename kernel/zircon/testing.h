// For tests: programs that make arbitrary system calls, and the certainty that nothing is left of
// them afterwards.
//
// Both the fuzzer and the seeded test drive it: an input is a string of bytes and decides
// everything, the schedule of the simulated machine included. So the same input gives the same run.
#pragma once

#include <algorithm>
#include <span>
#include <string>

#include "exec/trace_ring.h"
#include "hal/clock.h"
#include "hal/sim/faults.h"
#include "hal/sim/machine.h"
#include "object/dev/resource.h"
#include "object/ipc/channel.h"
#include "object/task/job.h"
#include "object/task/process.h"
#include "object/task/thread.h"
#include "object/vm/vmar_object.h"
#include "object/vm/vmo_object.h"
#include "vm/frames.h"
#include "zircon/call_description.h"
#include "zircon/console_input.h"
#include "zircon/personality.h"
#include "zircon/syscall_numbers.h"

namespace jacinth::zircon::testing {

// The bytes of an input, taken one after the other by whoever must choose next; zeroes after them.
class Choices {
 public:
  explicit Choices(std::span<const uint8_t> bytes) : bytes_(bytes) {}
  bool over() const { return bytes_.empty(); }
  uint8_t byte() {
    if (bytes_.empty()) return 0;
    const uint8_t first = bytes_.front();
    bytes_ = bytes_.subspan(1);
    return first;
  }
  uint32_t below(uint32_t bound) { return byte() % bound; }

 private:
  std::span<const uint8_t> bytes_;
};

// Where each of the first processes finds memory it may read and write.
inline constexpr VirtAddr kBuffer{0x20'0000};
inline constexpr uint64_t kBufferBytes = 8 * kPageSize;

// Turns choices into calls, for the thread that is running.
class CallMaker {
 public:
  struct Word {
    VirtAddr at;
    uint64_t value;
  };
  struct Call {
    uint64_t number = 0;
    uint64_t arguments[kMaxSyscallArguments] = {};
    Word words[kMaxSyscallArguments] = {};  // to write before the call
    size_t word_count = 0;
  };

  CallMaker(Choices& choices, VirtAddr program) : choices_(choices), program_(program) {}

  Call next() {
    Call call;
    call.number = number();
    const CallDescription& description = *describe_syscall(call.number);
    for (size_t i = 0; i < description.argument_count; ++i) {
      const ArgumentKind kind = description.arguments[i].kind;
      call.arguments[i] = argument(kind);
      if (kind == ArgumentKind::Pointer) prepare(call, VirtAddr{call.arguments[i]});
    }
    return call;
  }

 private:
  static constexpr uint64_t kPublicCalls = 167;

  uint64_t number() {
    const uint64_t drawn = choices_.below(kPublicCalls + 2);
    const uint64_t chosen = drawn < kPublicCalls
                                ? drawn
                                : number::kFutexWakeHandleCloseThreadExit + (drawn - kPublicCalls);
    switch (chosen) {
      case number::kSystemPowerctl:  // these may end the machine, and the test with it
      case number::kDebugSendCommand:
        return number::kNanosleep;
      case number::kProcessExit:  // these end much too soon what is to be tested
      case number::kThreadExit:
      case number::kTaskKill:
      case number::kFutexWakeHandleCloseThreadExit:
        return choices_.below(8) == 0 ? chosen : uint64_t{number::kObjectGetInfo};
      default:
        return chosen;
    }
  }

  uint64_t argument(ArgumentKind kind) {
    switch (kind) {
      case ArgumentKind::Handle:
        return handle();
      case ArgumentKind::Time:
        return time();
      case ArgumentKind::Pointer:
      case ArgumentKind::OutPointer:
      case ArgumentKind::Text:
        return pointer();
      case ArgumentKind::Address:
        return choices_.below(2) == 0 ? pointer() : raw(program_);
      case ArgumentKind::Rights:
        return choices_.below(4) == 0 ? value() : rights::kSame;
      default:
        return value();
    }
  }

  // Most often a handle that the process has.
  HandleValue handle() {
    const uint32_t drawn = choices_.byte();
    if (drawn >= 248) return static_cast<HandleValue>(value());
    HandleTable& table = Thread::current()->process().handles();
    const auto count = static_cast<uint32_t>(table.count());
    if (count == 0) return kInvalidHandle;
    uint32_t skip = drawn % count;
    HandleValue found = kInvalidHandle;
    table.for_each([&](HandleValue candidate, const Handle&) {
      if (skip-- == 0) found = candidate;
    });
    return found;
  }

  uint64_t pointer() {
    constexpr uint64_t kOdd[] = {0,
                                 1,
                                 raw(kBuffer) - 4,
                                 raw(kBuffer) + kBufferBytes - 4,
                                 0x7fff'ffff'f000,
                                 0x8000'0000'0000,
                                 0xffff'8000'0000'0000,
                                 ~uint64_t{0} - 3};
    const uint32_t drawn = choices_.byte();
    if (drawn >= 240) return kOdd[drawn % std::size(kOdd)];
    return raw(kBuffer) + drawn * (kBufferBytes / 256);
  }

  uint64_t time() {
    constexpr int64_t kForms[] = {0, -1, INT64_MIN, INT64_MAX};
    const uint32_t drawn = choices_.byte();
    if (drawn >= 224) return static_cast<uint64_t>(kForms[drawn % std::size(kForms)]);
    return static_cast<uint64_t>(hal::now().ns + int64_t{1} * drawn * 100);
  }

  uint64_t value() {
    constexpr uint64_t kSpecial[] = {
        ~uint64_t{0},   uint64_t{1} << 63, 0x7fff'ffff,   0x8000'0000,
        0xffff'ffff,    kPageSize,         2 * kPageSize, kPageSize - 1,
        0x1'0000,       0x10'0000,         1ull << 32,    1ull << 40,
        ~kPageSize + 1, 3 * kPageSize,     0x1000'0000,   0x7fff'ffff'ffff'ffff};
    const uint32_t drawn = choices_.byte();
    if (drawn < 160) return drawn % 48;
    if (drawn < 192) return uint64_t{1} << (drawn - 160);
    if (drawn < 224) return kSpecial[drawn % std::size(kSpecial)];
    return static_cast<uint64_t>(drawn - 223) << (choices_.byte() % 64) | choices_.byte();
  }

  // Puts something into the memory that a call will read: handles, pointers, numbers.
  void prepare(Call& call, VirtAddr at) {
    if (at < kBuffer || at > kBuffer + (kBufferBytes - sizeof(call.words))) return;
    const size_t count = choices_.below(5);
    for (size_t i = 0; i < count && call.word_count < std::size(call.words); ++i)
      call.words[call.word_count++] = {at + i * sizeof(uint64_t), word()};
  }
  uint64_t word() {
    switch (choices_.below(4)) {
      case 0:
        return pointer();
      case 1:
        return handle() | value() << 32;
      case 2:
        return value() | uint64_t{handle()} << 32;
      default:
        return value();
    }
  }

  Choices& choices_;
  const VirtAddr program_;
};

// One run of an input. Nothing in it may panic the kernel; run() tells what else went wrong, and is
// empty when nothing did.
class RandomCalls {
 public:
  static std::string run(std::span<const uint8_t> input) {
    Choices choices(input);
    const uint64_t seed = 1 + choices.byte();
    const uint8_t shape = choices.byte();
    RandomCalls calls(choices, {.seed = seed,
                                .cpus = 1u + shape % 3,
                                .ram_bytes = 8 << 20,
                                .ram_fill = 0xa5,
                                .forgets_translations = (shape & 0x80) != 0});
    return calls.run_all();
  }

 private:
  static constexpr Duration kSpan = milliseconds(5);
  static constexpr sim::Limits kRunning{.time = kSpan, .steps = 200'000};
  static constexpr sim::Limits kEnding{.time = seconds(1), .steps = 2'000'000};

  RandomCalls(Choices& choices, sim::Options options) : choices_(choices), machine_(options) {}

  std::string run_all() {
    if (!vm::start()) return "no memory to start with";
    start_console_input();
    const uint64_t objects = KernelObject::live_count();
    const uint64_t frames = vm::frames().counts().free();
    const size_t blocks = sim::live_heap_blocks();
    program_ =
        machine_.add_program([this](sim::User& user, uint64_t, uint64_t) { return program(user); });
    {
      const RefPtr<Job> root = *Job::create_root();
      if (!start(root)) return "no memory for the processes";
      if (const uint8_t nth = choices_.byte(); nth >= 128) sim::fail_allocation(nth - 127);
      static_cast<void>(machine_.run_until_idle(kRunning));
      exec::forget_trace();
      sim::fail_allocation(0);
      root->kill();
      if (machine_.run_until_idle(kEnding) != sim::Stop::Idle) return "the kill did not end it all";
      // CPUs that were asleep when the last process went still hold its address space.
      for (hal::CpuId cpu = 0; cpu < hal::cpu_count(); ++cpu) hal::send_ipi(cpu);
      if (machine_.run_until_idle(kEnding) != sim::Stop::Idle) return "it does not become idle";
    }
    return lost("kernel objects", KernelObject::live_count(), objects) +
           lost("page frames", frames, vm::frames().counts().free()) +
           lost("heap blocks", sim::live_heap_blocks(), blocks);
  }

  static std::string lost(const char* what, uint64_t more, uint64_t less) {
    if (more == less) return "";
    return std::to_string(static_cast<int64_t>(more - less)) + " " + what + " lost; ";
  }

  // Two processes that share a job, a VMO and a channel, of two threads and one.
  Result<> start(const RefPtr<Job>& root) {
    const RefPtr<Job> job = TRY(Job::create(root));
    const auto memory = TRY(VmoObject::create(TRY(vm::Vmo::create(kBufferBytes))));
    const Handle resource = TRY(Resource::create_root());
    auto [one, other] = TRY(Channel::create());
    TRY(start_process(job, memory, resource, std::move(one), 2));
    TRY(start_process(job, memory, resource, std::move(other), 1));
    return {};
  }

  Result<> start_process(const RefPtr<Job>& job, const RefPtr<VmoObject>& memory,
                         const Handle& resource, Handle channel, int threads) {
    constexpr auto kReadWrite = hal::Access::Read | hal::Access::Write;
    const auto process = TRY(Process::create(job, "random", personality()));
    const auto vmar = TRY(VmarObject::create(process->address_space().root()));
    const uint64_t offset = raw(kBuffer) - raw(hal::user_range().base);
    TRY(vmar->vmar().map({.kind = vm::Placement::Kind::Specific, .offset = offset}, memory->vmo(),
                         0, kBufferBytes, {.access = kReadWrite, .max_access = kReadWrite}));
    HandleTable& table = process->handles();
    TRY(table.add(Handle(process)));
    TRY(table.add(Handle(vmar)));
    TRY(table.add(Handle(job)));
    TRY(table.add(Handle(memory)));
    TRY(table.add(resource.duplicate(resource.rights())));
    auto thread = TRY(Thread::create(process, "first"));
    TRY(table.add(Handle(thread)));
    TRY(process->start(*thread, program_, kBuffer + kBufferBytes, std::move(channel), 0));
    for (int i = 1; i < threads; ++i) {
      thread = TRY(Thread::create(process, "further"));
      TRY(thread->start(program_, kBuffer + kBufferBytes, 0, 0));
    }
    return {};
  }

  sim::UserProgram program(sim::User& user) {
    CallMaker maker(choices_, program_);
    while (!choices_.over()) {
      const CallMaker::Call call = maker.next();
      for (const CallMaker::Word& word : std::span(call.words, call.word_count))
        co_await user.write<uint64_t>(word.at, word.value);
      const auto& a = call.arguments;
      co_await user.syscall(call.number, a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7]);
    }
    co_await user.syscall(number::kThreadExit);
  }

  Choices& choices_;
  sim::Machine machine_;
  VirtAddr program_{};
};

}  // namespace jacinth::zircon::testing
