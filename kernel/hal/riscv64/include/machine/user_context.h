// The register state of one user thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/result.h"
#include "base/units.h"
#include "hal/linux_call.h"
#include "hal/registers.h"

namespace jacinth::riscv64 {

// zx_riscv64_thread_state_general_regs_t.
struct GeneralRegisters {
  uint64_t pc, ra, sp, gp, tp, t0, t1, t2, s0, s1;
  uint64_t a[8];
  uint64_t s2, s3, s4, s5, s6, s7, s8, s9, s10, s11, t3, t4, t5, t6;
};
static_assert(sizeof(GeneralRegisters) == 256);

struct Hart;

}  // namespace jacinth::riscv64

namespace jacinth::hal {

struct UserContext {
  UserContext();
  ~UserContext();
  UserContext(const UserContext&) = delete;
  UserContext& operator=(const UserContext&) = delete;

  void start(VirtAddr pc, VirtAddr sp, uint64_t arg0, uint64_t arg1);

  uint64_t syscall_number() const { return general.t0; }
  uint64_t syscall_arg(size_t index) const { return general.a[index]; }
  static constexpr size_t kSyscallRegisterArgs = 8;
  // How far below a multiple of 16 a first thread's stack pointer starts.
  static constexpr uint64_t kInitialStackOffset = 0;
  VirtAddr syscall_stack_args() const { return VirtAddr{general.sp}; }
  void set_syscall_result(uint64_t value) { general.a[0] = value; }
  VirtAddr pc() const { return VirtAddr{general.pc}; }
  VirtAddr sp() const { return VirtAddr{general.sp}; }

  // hal/registers.h.
  Result<> read_regs(RegisterSet set, std::span<std::byte> out) const;
  Result<> write_regs(RegisterSet set, std::span<const std::byte> in);

  // For programs of Linux. Every call traps here, whatever the convention.
  Result<> copy_from(const UserContext& other);
  void set_call_convention(CallConvention) {}
  LinuxCall linux_call() const;
  void undo_linux_call(const LinuxCall& call);
  static constexpr bool called_slowly() { return false; }
  // Its registers are looked after when others need the CPU's.
  void leave_cpu() {}
  static size_t signal_fpu_bytes();
  Result<> read_signal_fpu(std::span<std::byte> out) const;
  Result<> write_signal_fpu(std::span<const std::byte> in);

  // Private to the machine from here on.

  riscv64::GeneralRegisters general{};
  riscv64::Hart* hart = nullptr;  // where it runs or ran last, for trap.S
  // Floating point: what was saved last; up to date whenever the thread is not in user mode.
  uint64_t f[32] = {};
  uint32_t fcsr = 0;
  // The harts whose units still hold what is saved here, if nobody else took them since.
  const riscv64::Hart* fp_hart = nullptr;
  const riscv64::Hart* vector_hart = nullptr;
  std::byte* vectors = nullptr;  // made at the first vector instruction; fpu.h
};

}  // namespace jacinth::hal
