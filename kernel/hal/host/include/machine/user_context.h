// The register state of one user thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/result.h"
#include "base/units.h"
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

  uint64_t syscall_number() const { return general.rax; }
  static constexpr size_t kSyscallRegisterArgs = 6;
  // How far below a multiple of 16 a first thread's stack pointer starts (as after a call).
  static constexpr uint64_t kInitialStackOffset = 8;
  uint64_t syscall_arg(size_t index) const {
    const uint64_t args[] = {general.rdi, general.rsi, general.rdx,
                             general.rcx, general.r8,  general.r9};
    return args[index];
  }
  VirtAddr syscall_stack_args() const { return VirtAddr{general.rsp}; }
  void set_syscall_result(uint64_t value) { general.rax = value; }

  VirtAddr pc() const { return VirtAddr{general.rip}; }
  VirtAddr sp() const { return VirtAddr{general.rsp}; }

  // hal/registers.h. Writing vector or floating-point registers: NO_MEMORY.
  Result<> read_regs(RegisterSet set, std::span<std::byte> out) const;
  Result<> write_regs(RegisterSet set, std::span<const std::byte> in);

  Result<> copy_from(const UserContext& other);
  void set_call_convention(CallConvention convention) { calls = convention; }
  LinuxCall linux_call() const { return x86::linux_call(general); }
  void undo_linux_call(const LinuxCall& call) { x86::undo_linux_call(general, call); }
  // Linux's calls come by a signal, or by a jump that call_patches.h has put there.
  bool called_slowly() const { return entry == Entry::Full; }
  void leave_cpu() {
    if (vectors == Vectors::Loaded) keep_vectors();
  }
  static size_t signal_fpu_bytes();
  Result<> read_signal_fpu(std::span<std::byte> out) const;
  Result<> write_signal_fpu(std::span<const std::byte> in);

  // Private to the machine from here on.

  // How the program was left, hence how it is entered again.
  enum class Entry : uint8_t {
    Call,  // it called the kernel: enter by returning, with the callee-saved registers
    // It called the kernel as a Linux program, by a jump: enter by a jump, with every register.
    LinuxCall,
    Full,  // it was stopped anywhere: enter with every register
  };
  // Where its vector and floating-point registers are.
  enum class Vectors : uint8_t {
    Fresh,         // in their initial state
    ControlWords,  // only mxcsr and fcw matter: the rest died with the call
    Image,         // in vector_image
    Loaded,        // still in the CPU's registers; until leave_cpu()
  };
  x86::GeneralRegisters general{};
  x86::DebugRegisters debug{};
  Entry entry = Entry::Full;
  CallConvention calls = CallConvention::Native;
  Vectors vectors = Vectors::Fresh;
  uint16_t fcw = 0;
  uint32_t mxcsr = 0;
  // The host thread whose registers were last loaded for this context; with that thread's `loaded`,
  // tells that they still are. Null when the context has been changed since.
  const void* loaded_on = nullptr;
  std::byte* vector_image = nullptr;  // x86_common/xsave.h; made when first needed
  // While the program counter is `resume_for`, which lies in a patched site, the program goes on at
  // `resume_pc` instead, if the address space's code has not changed since `resume_generation`.
  uint64_t resume_for = 0;
  uint64_t resume_pc = 0;
  uint32_t resume_generation = 0;

 private:
  void keep_vectors();
};

}  // namespace jacinth::hal
