// The register state of one user thread, in the simulator: the registers of a 64-bit PC as numbers,
// and the coroutine that plays the program (hal/sim/program.h).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "base/result.h"
#include "base/units.h"
#include "hal/linux_call.h"
#include "hal/registers.h"
#include "hal/x86_common/registers.h"

namespace jacinth::sim {
class RunningProgram;
}

namespace jacinth::hal {

struct UserExit;

struct UserContext {
  UserContext();
  ~UserContext();
  UserContext(const UserContext&) = delete;
  UserContext& operator=(const UserContext&) = delete;

  // `pc` must be a program's address (sim::Machine::add_program); any other faults when run.
  void start(VirtAddr pc, VirtAddr sp, uint64_t arg0, uint64_t arg1);
  uint64_t syscall_number() const { return general.rax; }
  static constexpr size_t kSyscallRegisterArgs = 8;
  // How far below a multiple of 16 a first thread's stack pointer starts (as after a call).
  static constexpr uint64_t kInitialStackOffset = 8;
  uint64_t syscall_arg(size_t index) const;
  VirtAddr syscall_stack_args() const { return sp(); }
  void set_syscall_result(uint64_t value) { general.rax = value; }
  VirtAddr pc() const { return VirtAddr{general.rip}; }
  VirtAddr sp() const { return VirtAddr{general.rsp}; }
  // hal/registers.h. Floating-point and vector registers are bytes that nothing looks at.
  Result<> read_regs(RegisterSet set, std::span<std::byte> out) const;
  Result<> write_regs(RegisterSet set, std::span<const std::byte> in);

  Result<> copy_from(const UserContext& other);
  void set_call_convention(CallConvention) {}  // programs here make calls by name
  LinuxCall linux_call() const;
  // A coroutine cannot make its call again: it sees the number as the result.
  void undo_linux_call(const LinuxCall& call) { general.rax = call.number; }
  static constexpr bool called_slowly() { return false; }
  // Its registers are looked after when others need the CPU's.
  void leave_cpu() {}
  static size_t signal_fpu_bytes() { return std::tuple_size_v<decltype(floating_point)>; }
  Result<> read_signal_fpu(std::span<std::byte> out) const;
  Result<> write_signal_fpu(std::span<const std::byte> in);

  // Runs the program until it stops: enter_user() without the machine around it.
  UserExit run();

  x86::GeneralRegisters general{};
  std::array<std::byte, 160> floating_point{};
  std::array<std::byte, 2120> vector{};
  x86::DebugRegisters debug{};
  uint32_t single_step = 0;

 private:
  std::unique_ptr<sim::RunningProgram> program_;
};

}  // namespace jacinth::hal
