// Running user programs: enter_user() over coroutines.
#include "hal/user.h"

#include <algorithm>
#include <cstring>

#include "base/check.h"
#include "base/lock_rank.h"
#include "hal/sim/program.h"
#include "hal/sim/state.h"

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
  hal::UserContext::General& regs = user.context_.general;
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
  hal::AddressSpace* space = machine->current_cpu().space;
  // Every page is checked before the first byte moves: an instruction has an effect or faults.
  for (uint64_t offset = 0; offset < bytes;
       offset = page_floor(raw(at) + offset + kPageSize) - raw(at)) {
    const auto page = space != nullptr ? space->query(at + offset) : std::nullopt;
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

template <typename Self>
std::span<std::byte> register_bytes(Self& self, RegisterSet set) {
  auto bytes = [](auto& object) {
    return std::span(const_cast<std::byte*>(reinterpret_cast<const std::byte*>(&object)),
                     sizeof(object));
  };
  switch (set) {
    case RegisterSet::General:
      return bytes(self.general);
    case RegisterSet::FloatingPoint:
      return bytes(self.floating_point);
    case RegisterSet::Vector:
      return bytes(self.vector);
    case RegisterSet::Debug:
      return bytes(self.debug);
    case RegisterSet::SingleStep:
      return bytes(self.single_step);
    case RegisterSet::FsBase:
      return bytes(self.general.fs_base);
    case RegisterSet::GsBase:
      return bytes(self.general.gs_base);
  }
  return {};
}

}  // namespace

UserContext::UserContext() = default;
UserContext::~UserContext() = default;

void UserContext::start(VirtAddr pc, VirtAddr sp, uint64_t arg0, uint64_t arg1) {
  constexpr uint64_t kInterruptsOn = 0x202;
  general = {};
  general.rdi = arg0;
  general.rsi = arg1;
  general.rsp = raw(sp);
  general.rip = raw(pc);
  general.rflags = kInterruptsOn;
  program_.reset();
}

uint64_t UserContext::syscall_arg(size_t index) const {
  const uint64_t args[] = {general.rdi, general.rsi, general.rdx, general.r10,
                           general.r8,  general.r9,  general.r12, general.r13};
  ASSERT(index < std::size(args));
  return args[index];
}

Result<> UserContext::read_regs(RegisterSet set, std::span<std::byte> out) const {
  const std::span<std::byte> registers = register_bytes(*this, set);
  if (out.size() != registers.size()) return fail(Status::InvalidArgs);
  memcpy(out.data(), registers.data(), out.size());
  return {};
}

Result<> UserContext::write_regs(RegisterSet set, std::span<const std::byte> in) {
  const std::span<std::byte> registers = register_bytes(*this, set);
  if (in.size() != registers.size()) return fail(Status::InvalidArgs);
  memcpy(registers.data(), in.data(), in.size());
  return {};
}

UserExit UserContext::run() {
  // A new program counter (a first start, or a debugger's doing) starts the program found there.
  if (!program_ || program_->pc != pc()) {
    program_.reset();
    const auto found = sim::machine->programs.find(pc());
    if (found == sim::machine->programs.end())
      return {.reason = UserExit::Reason::PageFault, .access = Access::Execute, .address = pc()};
    program_ = std::make_unique<sim::RunningProgram>(*this, pc(), found->second);
    program_->user.leaf_ = program_->task.handle();
  }
  return program_->user.run(program_->task);
}

UserExit enter_user(UserContext& context) {
  ASSERT(sim::machine->running && sim::machine->current_cpu().held.count == 0);
  return context.run();
}

void release_fpu(UserContext&) {}

}  // namespace jacinth::hal
