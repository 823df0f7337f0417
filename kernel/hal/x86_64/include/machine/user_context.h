// The register state of one user thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/result.h"
#include "base/units.h"
#include "hal/linux_call.h"
#include "hal/registers.h"
#include "hal/x86_common/linux_call.h"
#include "hal/x86_common/registers.h"

namespace jacinth::hal {

struct UserContext {
  UserContext();
  ~UserContext();
  UserContext(const UserContext&) = delete;
  UserContext& operator=(const UserContext&) = delete;

  void start(VirtAddr pc, VirtAddr sp, uint64_t arg0, uint64_t arg1);

  // SYSCALL: the number in rax; the fourth argument in r10, as the instruction takes rcx.
  uint64_t syscall_number() const { return general.rax; }
  static constexpr size_t kSyscallRegisterArgs = 8;
  // How far below a multiple of 16 a first thread's stack pointer starts (as after a call).
  static constexpr uint64_t kInitialStackOffset = 8;
  uint64_t syscall_arg(size_t index) const {
    const uint64_t args[] = {general.rdi, general.rsi, general.rdx, general.r10,
                             general.r8,  general.r9,  general.r12, general.r13};
    return args[index];
  }
  VirtAddr syscall_stack_args() const { return VirtAddr{general.rsp}; }
  void set_syscall_result(uint64_t value) { general.rax = value; }

  VirtAddr pc() const { return VirtAddr{general.rip}; }
  VirtAddr sp() const { return VirtAddr{general.rsp}; }

  // hal/registers.h. Reading or writing vector or floating-point registers: NO_MEMORY. The
  // thread's own CPU, or any when it is stopped.
  Result<> read_regs(RegisterSet set, std::span<std::byte> out) const;
  Result<> write_regs(RegisterSet set, std::span<const std::byte> in);

  Result<> copy_from(const UserContext& other);
  // One instruction serves both conventions.
  void set_call_convention(CallConvention) {}
  LinuxCall linux_call() const { return x86::linux_call(general); }
  void undo_linux_call(const LinuxCall& call) { x86::undo_linux_call(general, call); }
  static constexpr bool called_slowly() { return false; }
  // Its registers are looked after when others need the CPU's.
  void leave_cpu() {}
  static size_t signal_fpu_bytes();
  Result<> read_signal_fpu(std::span<std::byte> out) const;
  Result<> write_signal_fpu(std::span<const std::byte> in);

  // Private to the machine from here on.

  // How the program was left, hence how it may be entered again.
  enum class Entry : uint8_t {
    Full,     // it was stopped anywhere, or its registers were changed: by IRET
    Syscall,  // by SYSCALL: rcx and r11 repeat rip and rflags, so SYSRET will do
  };
  static constexpr uint32_t kNowhere = ~uint32_t{0};

  x86::GeneralRegisters general{};
  Entry entry = Entry::Full;
  bool has_image = false;  // vector_image holds registers; otherwise they are in their first state
  // The CPU whose extended registers (x86_64/extended_state.h) were last loaded for this context.
  uint32_t loaded_on = kNowhere;
  uint32_t live_on = kNowhere;        // the CPU whose registers are newer than this; atomic
  std::byte* vector_image = nullptr;  // x86_common/xsave.h; made when first needed
  x86::DebugRegisters debug{};
};

}  // namespace jacinth::hal
