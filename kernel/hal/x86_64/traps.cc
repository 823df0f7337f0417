#include "hal/x86_64/traps.h"

#include "base/check.h"
#include "hal/bare_common/panic.h"
#include "hal/x86_64/apic.h"
#include "hal/x86_64/debug_registers.h"
#include "hal/x86_64/interrupts.h"
#include "hal/x86_64/processor.h"
#include "hal/x86_64/timer.h"
#include "hal/x86_common/undefined.h"
#include "hal/x86_common/user_access.h"

namespace jacinth::x86_64 {
namespace {

const char* exception_name(uint64_t vector) {
  static constexpr const char* kNames[] = {"division error",
                                           "debug exception",
                                           "non-maskable interrupt",
                                           "breakpoint",
                                           "overflow",
                                           "bound exceeded",
                                           "invalid instruction",
                                           "no floating point",
                                           "double fault",
                                           "coprocessor overrun",
                                           "invalid task state",
                                           "segment not present",
                                           "stack fault",
                                           "general protection fault",
                                           "page fault",
                                           "exception 15",
                                           "floating point error",
                                           "alignment fault",
                                           "machine check",
                                           "vector error"};
  return vector < sizeof kNames / sizeof kNames[0] ? kNames[vector] : "exception";
}

std::string_view format_registers(const TrapFrame& f, std::span<char> buffer) {
  return format_into(buffer,
                     "  rax {:016x} rbx {:016x} rcx {:016x} rdx {:016x}\n"
                     "  rsi {:016x} rdi {:016x} rbp {:016x} rsp {:016x}\n"
                     "  r8  {:016x} r9  {:016x} r10 {:016x} r11 {:016x}\n"
                     "  r12 {:016x} r13 {:016x} r14 {:016x} r15 {:016x}\n"
                     "  rip {:016x} flags {:x} cs {:x} cr2 {:x} cr3 {:x}\n",
                     f.rax, f.rbx, f.rcx, f.rdx, f.rsi, f.rdi, f.rbp, f.rsp, f.r8, f.r9, f.r10,
                     f.r11, f.r12, f.r13, f.r14, f.r15, f.rip, f.rflags, f.cs, read_cr2(),
                     read_cr3());
}

// What the trap of a check that has failed is called; empty where it is none.
std::string_view undefined_behaviour(const TrapFrame& frame) {
  if (!kChecksEnabled || frame.vector != kInvalidInstructionVector) return {};
  if (!hal::is_kernel_text(frame.rip) ||
      !hal::is_kernel_text(frame.rip + hal::x86::kUndefinedTrapBytes))
    return {};
  return hal::x86::undefined_behaviour(
      std::span(reinterpret_cast<const uint8_t*>(frame.rip), hal::x86::kUndefinedTrapBytes));
}

[[noreturn]] void panic_at(const TrapFrame& frame) {
  char message[128];
  char registers[640];
  if (const std::string_view check = undefined_behaviour(frame); !check.empty())
    hal::panic_at(format_into(message, "undefined behaviour: {}", check),
                  format_registers(frame, registers), frame.rip, frame.rbp);
  const std::string_view text =
      frame.vector == kPageFaultVector
          ? format_into(message, "page fault at 0x{:x}, code 0x{:x}", read_cr2(), frame.code)
          : format_into(message, "{}, code 0x{:x}", exception_name(frame.vector), frame.code);
  hal::panic_at(text, format_registers(frame, registers), frame.rip, frame.rbp);
}

}  // namespace

void note_interrupt(Cpu& cpu, uint64_t vector) {
  if (vector == kSpuriousVector || vector < kFirstDeviceVector) return;
  if (vector == kTimerVector) {
    timer_expired(cpu);
  } else if (vector == kIpiVector) {
    cpu.ipi_sent.store(false, std::memory_order_release);
  } else if (vector < kFirstDeviceVector + kDeviceVectors) {
    mask_if_level(vector);
    cpu.interrupts.fetch_or(uint64_t{1} << (vector - kFirstDeviceVector),
                            std::memory_order_relaxed);
  }
  end_of_interrupt();
}

// From traps.S: an interrupt in halt(), a user copy that faulted, or a bug.
extern "C" void x86_64_kernel_trap(TrapFrame* frame) {
  if (frame->vector >= kFirstInterruptVector) return note_interrupt(this_cpu(), frame->vector);
  const uintptr_t fixup = frame->vector == kPageFaultVector ? hal::x86::find_fixup(frame->rip) : 0;
  if (fixup == 0) panic_at(*frame);
  frame->rip = fixup;
}

// From traps.S: on a stack of its own, in the middle of anything.
extern "C" void x86_64_emergency(TrapFrame* frame) {
  switch (frame->vector) {
    case kDebugVector:
      return clear_debug_status();  // a program's watchpoint, met by a copy of ours
    case kNonMaskableVector:
      if (hal::is_panicking()) stop_for_ever();
      [[fallthrough]];  // somebody has pressed a button, or the machine is broken
    default:
      panic_at(*frame);
  }
}

}  // namespace jacinth::x86_64
