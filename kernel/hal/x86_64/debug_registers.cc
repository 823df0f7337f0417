#include "hal/x86_64/debug_registers.h"

namespace jacinth::x86_64 {
namespace {

using hal::x86::DebugRegisters;

// In DR7: two enabling bits for each register, and four that say what for, 0 in the lowest two of
// which is an instruction.
constexpr uint64_t kEnablingBits = 0xff;
constexpr uint64_t kKindMask = 3;
constexpr unsigned kFirstKindBit = 16, kBitsForEach = 4;

void write_dr7(uint64_t value) { asm volatile("mov %0, %%dr7" ::"r"(value)); }

bool watches(const DebugRegisters& registers) { return (registers.dr7 & kEnablingBits) != 0; }

bool stands_on_breakpoint(const DebugRegisters& registers) {
  for (unsigned i = 0; i < kBreakpoints; ++i) {
    const uint64_t kind = registers.dr7 >> (kFirstKindBit + i * kBitsForEach) & kKindMask;
    if ((registers.dr6 >> i & 1) != 0 && kind == 0) return true;
  }
  return false;
}

}  // namespace

void load_debug_registers(Cpu& cpu, const hal::UserContext& context) {
  if (!watches(context.debug)) {
    if (cpu.watches) write_dr7(hal::x86::kInitialDr7);
    cpu.watches = false;
    return;
  }
  const uint64_t* dr = context.debug.dr;
  asm volatile(
      "mov %0, %%dr0\n"
      "mov %1, %%dr1\n"
      "mov %2, %%dr2\n"
      "mov %3, %%dr3\n" ::"r"(dr[0]),
      "r"(dr[1]), "r"(dr[2]), "r"(dr[3]));
  write_dr7(context.debug.dr7);
  cpu.watches = true;
}

void note_debug_exception(hal::UserContext& context) {
  asm volatile("mov %%dr6, %0" : "=r"(context.debug.dr6));
  clear_debug_status();
  if (stands_on_breakpoint(context.debug)) context.general.rflags |= hal::x86::kFlagResume;
}

void clear_debug_status() { asm volatile("mov %0, %%dr6" ::"r"(hal::x86::kInitialDr6)); }

}  // namespace jacinth::x86_64
