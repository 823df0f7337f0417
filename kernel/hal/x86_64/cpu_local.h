// What each CPU has for itself. GS points to it while the kernel runs; while a program runs, GS is
// the program's and the address waits in Msr::KernelGsBase.
//
// The assembler knows some members by the numbers here.
#pragma once

#define CPU_SELF 0
#define CPU_ID 8
#define CPU_CONTEXT 16
#define CPU_SCRATCH 24
#define CPU_TRAP_VECTOR 32
#define CPU_TRAP_CODE 40
#define CPU_LOADED_LIVE 49
#define CPU_KERNEL_SP 56

#define CONTEXT_RAX 0
#define CONTEXT_RBX 8
#define CONTEXT_RCX 16
#define CONTEXT_RDX 24
#define CONTEXT_RSI 32
#define CONTEXT_RDI 40
#define CONTEXT_RBP 48
#define CONTEXT_RSP 56
#define CONTEXT_R8 64
#define CONTEXT_R9 72
#define CONTEXT_R10 80
#define CONTEXT_R11 88
#define CONTEXT_R12 96
#define CONTEXT_R13 104
#define CONTEXT_R14 112
#define CONTEXT_R15 120
#define CONTEXT_RIP 128
#define CONTEXT_RFLAGS 136
#define CONTEXT_ENTRY 160

#ifndef __ASSEMBLER__

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "base/lock_rank.h"
#include "hal/bare_common/one_shot_timer.h"
#include "hal/bare_common/tlb_shootdown.h"
#include "hal/cpu.h"
#include "hal/user.h"

namespace jacinth::x86_64 {

// Task state segment: where the processor finds stacks.
struct [[gnu::packed]] TaskState {
  uint32_t reserved0;
  uint64_t stack[3];  // for traps from user mode: stack[0]
  uint64_t reserved1;
  uint64_t emergency[7];  // by number, 1..7, in a gate
  uint64_t reserved2;
  uint16_t reserved3;
  uint16_t io_map;
};
static_assert(sizeof(TaskState) == 104);

// Traps that may come at any instruction, whatever the stack and GS are then.
enum class Emergency : uint8_t { None, DoubleFault, NonMaskable, MachineCheck, Debug };
inline constexpr size_t kEmergencyStacks = 4;

// A context's translations that this CPU may still hold under a process-context identifier.
struct CachedContext {
  uint64_t space = 0;  // PageTables::id(); 0: nobody's
  uint64_t generation = 0;
};
inline constexpr size_t kCachedContexts = 8;

// All zero at first, so that it takes no room in the image.
struct alignas(64) Cpu {
  Cpu* self = nullptr;
  uint32_t id = 0;
  uint32_t apic_id = 0;
  hal::UserContext* context = nullptr;  // of the program that runs
  uint64_t scratch = 0;
  uint64_t trap_vector = 0;  // of the last trap from user mode
  uint64_t trap_code = 0;
  bool in_company = false;   // with other CPUs, which may want this one to forget translations
  bool loaded_live = false;  // see `loaded`
  uint16_t padding = 0;
  TaskState task{};  // its stack[0] is also where a system call finds the kernel's stack

  std::atomic<bool> ipi_sent{false};    // one is on its way: another would tell nothing more
  std::atomic<uint64_t> interrupts{0};  // device vectors that wait for their handlers
  hal::OneShotTimer timer;
  // Whose extended registers are loaded (extended_state.h); loaded_live: they may have changed.
  hal::UserContext* loaded = nullptr;
  bool watches = false;  // for a breakpoint of that program (debug_registers.h)
  hal::TlbView tlb;
  CachedContext cached[kCachedContexts]{};
  CachedContext* active_cached = nullptr;
  uint32_t next_cached = 0;
  HeldLocks held_locks;

  // Ports of the space it is in (io_ports.h): where they are found; those in force, as they were at
  // a version; the bits behind its task state, null as long as no program has wanted ports; and
  // whether the processor uses them.
  const std::atomic<struct PortMap*>* ports_of_space = nullptr;
  const struct PortMap* ports = nullptr;
  uint64_t ports_version = 0;
  std::atomic<uint8_t*> port_bits{nullptr};
  bool has_port_bits = false;

  uint64_t gdt[7]{};
  uintptr_t stack_top = 0;
};

static_assert(offsetof(Cpu, self) == CPU_SELF);
static_assert(offsetof(Cpu, id) == CPU_ID);
static_assert(offsetof(Cpu, context) == CPU_CONTEXT);
static_assert(offsetof(Cpu, scratch) == CPU_SCRATCH);
static_assert(offsetof(Cpu, trap_vector) == CPU_TRAP_VECTOR);
static_assert(offsetof(Cpu, trap_code) == CPU_TRAP_CODE);
static_assert(offsetof(Cpu, loaded_live) == CPU_LOADED_LIVE);
static_assert(offsetof(Cpu, task) + offsetof(TaskState, stack) == CPU_KERNEL_SP);
static_assert(offsetof(hal::UserContext, general) == 0);
static_assert(offsetof(hal::x86::GeneralRegisters, r15) == CONTEXT_R15);
static_assert(offsetof(hal::x86::GeneralRegisters, rip) == CONTEXT_RIP);
static_assert(offsetof(hal::x86::GeneralRegisters, rflags) == CONTEXT_RFLAGS);
static_assert(offsetof(hal::UserContext, entry) == CONTEXT_ENTRY);

extern constinit Cpu cpus[hal::kMaxCpus];

inline Cpu& this_cpu() {
  Cpu* self;
  asm volatile("mov %%gs:%c1, %0" : "=r"(self) : "i"(CPU_SELF));
  return *self;
}

}  // namespace jacinth::x86_64

#endif
