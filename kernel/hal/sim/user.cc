// Running user programs: enter_user() over coroutines.
#include "hal/user.h"

#include <algorithm>
#include <cstring>

#include "base/check.h"
#include "base/lock_rank.h"
#include "hal/call_server.h"
#include "hal/sim/program.h"
#include "hal/sim/state.h"
#include "hal/x86_common/linux_call.h"

namespace jacinth::sim {

// A program that has been started: its function's frame and where it has come to.
class RunningProgram {
 public:
  RunningProgram(hal::UserContext& context, VirtAddr pc, const UserProgramFunction& function)
      : pc(pc), user(context), task(function(user, context.general.rdi, context.general.rsi)) {}

  const VirtAddr pc;
  User user;
  UserProgram task;
};

hal::UserExit User::run(const UserTask<void>& program) {
  constexpr hal::UserExit kInterrupt{.reason = hal::UserExit::Reason::Interrupt};
  for (;;) {
    interleave_point();
    if (machine->interrupt_pending(machine->current_cpu())) return kInterrupt;
    if (machine->erratic && machine->random.one_in(32)) return kInterrupt;
    if (instruction_ != nullptr) {
      const std::optional<hal::UserExit> stop = instruction_->step(*this);
      if (!stop || instruction_->done_by_stopping()) instruction_ = nullptr;
      if (stop) return *stop;
    }
    leaf_.resume();
    if (program.done()) {
      // It has returned to nowhere, as a thread's first function does that forgets to exit.
      context_.general.rip = 0;
      return {.reason = hal::UserExit::Reason::PageFault, .access = hal::Access::Execute};
    }
  }
}

std::optional<hal::UserExit> User::SyscallInstruction::step(User& user) {
  hal::x86::GeneralRegisters& regs = user.context_.general;
  regs.rax = number_;
  uint64_t* const places[] = {&regs.rdi, &regs.rsi, &regs.rdx, &regs.r10,
                              &regs.r8,  &regs.r9,  &regs.r12, &regs.r13};
  for (size_t i = 0; i < kMaxSyscallArgs; ++i) *places[i] = args_.values[i];
  return hal::UserExit{.reason = hal::UserExit::Reason::Syscall};
}

uint64_t User::SyscallInstruction::await_resume() const { return user_.context_.general.rax; }

std::optional<hal::UserExit> User::WorkInstruction::step(User&) {
  constexpr Duration kSlice = microseconds(1);
  Cpu& cpu = machine->current_cpu();
  while (left_.ns > 0) {
    if (machine->interrupt_pending(cpu))
      return hal::UserExit{.reason = hal::UserExit::Reason::Interrupt};
    const Duration slice = std::min(left_, kSlice);
    machine->now = machine->now + slice;
    left_.ns -= slice.ns;
    interleave_point();
  }
  return std::nullopt;
}

std::optional<hal::UserExit> User::access(VirtAddr at, void* data, size_t bytes,
                                          hal::Access access) {
  auto fault_at = [&](VirtAddr address) {
    return hal::UserExit{
        .reason = hal::UserExit::Reason::PageFault, .access = access, .address = address};
  };
  // Every page is checked before the first byte moves: an instruction has an effect or faults.
  for (uint64_t offset = 0; offset < bytes;
       offset = page_floor(raw(at) + offset + kPageSize) - raw(at)) {
    const auto page = machine->translate(at + offset);
    if (!page || !hal::includes(page->access, access)) return fault_at(at + offset);
  }
  if (access == hal::Access::Execute) return std::nullopt;
  const size_t done = access == hal::Access::Write ? hal::copy_to_user(at, data, bytes)
                                                   : hal::copy_from_user(data, at, bytes);
  // Another CPU may have unmapped the page meanwhile.
  if (done != bytes) return fault_at(at + done);
  return std::nullopt;
}

}  // namespace jacinth::sim

namespace jacinth::hal {
namespace {

using sim::machine;

// Reads a set that has no rules of its own into `out`.
template <typename T>
Result<> read_plain(const T& set, std::span<std::byte> out) {
  if (out.size() < sizeof(set)) return fail(Status::BufferTooSmall);
  memcpy(out.data(), &set, sizeof(set));
  return {};
}

// Writes a segment base: any canonical address.
Result<> write_base(uint64_t& base, std::span<const std::byte> in) {
  uint64_t wanted = 0;
  TRY(x86::copy_in(in, &wanted));
  if (!x86::is_canonical(wanted)) return fail(Status::InvalidArgs);
  base = wanted;
  return {};
}

}  // namespace

UserContext::UserContext() = default;
UserContext::~UserContext() = default;

void UserContext::start(VirtAddr pc, VirtAddr sp, uint64_t arg0, uint64_t arg1) {
  general = {};
  general.rdi = arg0;
  general.rsi = arg1;
  general.rsp = raw(sp);
  general.rip = raw(pc);
  general.rflags = x86::kInitialFlags;
  program_.reset();
}

uint64_t UserContext::syscall_arg(size_t index) const {
  const uint64_t args[] = {general.rdi, general.rsi, general.rdx, general.r10,
                           general.r8,  general.r9,  general.r12, general.r13};
  ASSERT(index < std::size(args));
  return args[index];
}

Result<> UserContext::read_regs(RegisterSet set, std::span<std::byte> out) const {
  switch (set) {
    case RegisterSet::General:
      return read_plain(general, out);
    case RegisterSet::FloatingPoint:
      return read_plain(floating_point, out);
    case RegisterSet::Vector:
      return read_plain(vector, out);
    case RegisterSet::Debug:
      return read_plain(debug, out);
    case RegisterSet::SingleStep:
      return read_plain(single_step, out);
    case RegisterSet::FsBase:
      return read_plain(general.fs_base, out);
    case RegisterSet::GsBase:
      return read_plain(general.gs_base, out);
  }
  return fail(Status::NotSupported);
}

Result<> UserContext::write_regs(RegisterSet set, std::span<const std::byte> in) {
  switch (set) {
    case RegisterSet::General:
      return x86::write_general(general, in);
    case RegisterSet::FloatingPoint:
      return x86::copy_in(in, &floating_point);
    case RegisterSet::Vector:
      return x86::copy_in(in, &vector);
    case RegisterSet::Debug:
      return x86::write_debug(debug, in);
    case RegisterSet::SingleStep: {
      uint32_t wanted = 0;
      TRY(x86::copy_in(in, &wanted));
      if (wanted > 1) return fail(Status::InvalidArgs);
      single_step = wanted;
      return {};
    }
    case RegisterSet::FsBase:
      return write_base(general.fs_base, in);
    case RegisterSet::GsBase:
      return write_base(general.gs_base, in);
  }
  return fail(Status::NotSupported);
}

// What plays the program stays where it is: only registers are copied.
Result<> UserContext::copy_from(const UserContext& other) {
  general = other.general;
  floating_point = other.floating_point;
  vector = other.vector;
  debug = other.debug;
  single_step = other.single_step;
  return {};
}

LinuxCall UserContext::linux_call() const { return x86::linux_call(general); }

Result<> UserContext::read_signal_fpu(std::span<std::byte> out) const {
  return read_plain(floating_point, out);
}

Result<> UserContext::write_signal_fpu(std::span<const std::byte> in) {
  return x86::copy_in(in, &floating_point);
}

UserExit UserContext::run() {
  // A new program counter (a first start, or a debugger's doing) starts the program found there.
  if (!program_ || program_->pc != pc()) {
    program_.reset();
    const auto found = machine->programs.find(pc());
    if (found == machine->programs.end())
      return {.reason = UserExit::Reason::PageFault, .access = Access::Execute, .address = pc()};
    program_ = std::make_unique<sim::RunningProgram>(*this, pc(), found->second);
    program_->user.leaf_ = program_->task.handle();
  }
  return program_->user.run(program_->task);
}

UserExit enter_user(UserContext& context) {
  ASSERT(machine->running && machine->current_cpu().held.count == 0);
  machine->breathe();
  return context.run();
}

UserExit enter_user(UserContext& context, CallServer& server) {
  for (;;) {
    const UserExit exit = enter_user(context);
    if (exit.reason != UserExit::Reason::Syscall || !server.serve(server)) return exit;
  }
}

void release_fpu(UserContext&) {}

}  // namespace jacinth::hal
