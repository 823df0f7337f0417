// The register state of one user thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/result.h"
#include "base/units.h"
#include "hal/linux_call.h"
#include "hal/registers.h"

namespace jacinth::hal {

struct UserContext {
  void start(VirtAddr pc, VirtAddr sp, uint64_t arg0, uint64_t arg1);
  uint64_t syscall_number() const;
  uint64_t syscall_arg(size_t index) const;
  static constexpr size_t kSyscallRegisterArgs = 8;
  // How far below a multiple of 16 a first thread's stack pointer starts (as after a call).
  static constexpr uint64_t kInitialStackOffset = 8;
  VirtAddr syscall_stack_args() const;
  void set_syscall_result(uint64_t value);
  VirtAddr pc() const;
  VirtAddr sp() const;
  Result<> read_regs(RegisterSet set, std::span<std::byte> out) const;
  Result<> write_regs(RegisterSet set, std::span<const std::byte> in);
  Result<> copy_from(const UserContext& other);
  void set_call_convention(CallConvention convention);
  LinuxCall linux_call() const;
  void undo_linux_call(const LinuxCall& call);
  static size_t signal_fpu_bytes();
  Result<> read_signal_fpu(std::span<std::byte> out) const;
  Result<> write_signal_fpu(std::span<const std::byte> in);
};

}  // namespace jacinth::hal
