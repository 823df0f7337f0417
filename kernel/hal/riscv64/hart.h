// Harts: RISC-V's hardware threads, the CPUs of this machine.
//
// CPUs are numbered from 0, the boot hart, in the order in which the device tree has the others;
// the hart's own number is for the SBI and the interrupt controllers alone. The kernel keeps a
// pointer to its Hart in tp, which compilers leave alone.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "base/lock_rank.h"
#include "hal/bare_common/one_shot_timer.h"
#include "hal/bare_common/tlb_shootdown.h"
#include "hal/cpu.h"
#include "hal/user.h"

namespace jacinth::riscv64 {

class HardwareSpace;

struct alignas(128) Hart {
  // For trap.S, as offsets.h says.
  uint64_t kernel_sp = 0;   // of the enter_user() under way
  uint64_t trap_stack = 0;  // where a fault of the kernel itself is told, top
  uint64_t trap_sp = 0;     // the stack pointer at that fault
  // There are other harts, which may want this one to forget translations.
  bool in_company = false;

  hal::CpuId cpu = 0;
  uint64_t id = 0;
  // The address space that satp has; null: the kernel's half alone.
  HardwareSpace* space = nullptr;
  hal::TlbView tlb;
  hal::OneShotTimer timer;
  // Whose registers are in the floating-point and vector units; see fpu.h.
  const hal::UserContext* fp_owner = nullptr;
  const hal::UserContext* vector_owner = nullptr;
  uint32_t plic_context = 0;
  HeldLocks held_locks;

  // Odd while this hart copies to or from user memory through the direct map; see user_copy.cc.
  alignas(64) std::atomic<uint32_t> copying{0};
  // An IPI is on its way that this hart has not taken yet.
  std::atomic<bool> ipi_sent{false};
};
extern "C" constinit std::array<Hart, hal::kMaxCpus> harts;

// Read each time: the caller may have moved to another hart across a suspension.
inline Hart& this_hart() {
  Hart* hart;
  asm volatile("mv %0, tp" : "=r"(hart));
  return *hart;
}

// Once, with the harts' numbers, the boot hart's first.
void set_harts(std::span<const uint64_t> ids);
// What every hart does first in its own name, on its stack.
void start_hart();

// Calls visit(Hart&) for each CPU in a mask of CPUs.
template <typename F>
void for_each_cpu(uint64_t cpus, F visit) {
  for (; cpus != 0; cpus &= cpus - 1) visit(harts[static_cast<size_t>(__builtin_ctzll(cpus))]);
}
inline uint64_t cpu_bit(const Hart& hart) { return uint64_t{1} << hart.cpu; }

// Makes new code visible to all CPUs.
void fence_all_instructions();
// Has the firmware stop all harts but this one, for a next kernel to start.
void stop_other_harts();

}  // namespace jacinth::riscv64
