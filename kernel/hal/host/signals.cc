// Signal handlers do no kernel work. One that meets user code saves the program's registers, which
// are in the signal frame, and goes on in enter_user() on the kernel stack; it never returns, so
// the frame on the signal stack is simply left behind, and no second host call is needed. That is
// why handlers run with nothing more blocked than before.
#include "hal/host/signals.h"

#include "base/print.h"
#include "hal/host/console.h"
#include "hal/host/host_thread.h"
#include "hal/host/layout.h"
#include "hal/host/panic.h"
#include "hal/host/sys.h"
#include "hal/host/user_entry.h"
#include "hal/host/vectors.h"
#include "hal/x86_common/traps.h"
#include "hal/x86_common/undefined.h"
#include "hal/x86_common/user_access.h"

namespace jacinth::host {
namespace {

using hal::Access;
using hal::UserContext;
using hal::UserExit;
using sys::MachineContext;

enum Trap : uint64_t {
  kDebug = 1,
  kUndefined = 6,
  kGeneralProtection = 13,
  kPageFault = 14,
  kAlignment = 17
};
enum PageFaultCode : uint64_t { kWrite = 2, kFetch = 16 };

// Flags that a program may leave set when it calls the kernel, and the kernel cannot work with.
constexpr uint64_t kStrayFlags =
    hal::x86::kFlagTrap | hal::x86::kFlagNestedTask | hal::x86::kFlagAlignment;

[[gnu::naked]] void restorer() {
  asm volatile("mov %0, %%eax\n syscall\n" ::"i"(sys::Call::RtSigreturn));
}

void save_registers(UserContext& context, const MachineContext& machine) {
  auto& general = context.general;
  const uint64_t gs_base = general.gs_base;
  general = {.rax = machine.rax,
             .rbx = machine.rbx,
             .rcx = machine.rcx,
             .rdx = machine.rdx,
             .rsi = machine.rsi,
             .rdi = machine.rdi,
             .rbp = machine.rbp,
             .rsp = machine.rsp,
             .r8 = machine.r8,
             .r9 = machine.r9,
             .r10 = machine.r10,
             .r11 = machine.r11,
             .r12 = machine.r12,
             .r13 = machine.r13,
             .r14 = machine.r14,
             .r15 = machine.r15,
             .rip = machine.rip,
             .rflags = machine.rflags,
             .fs_base = 0,
             .gs_base = gs_base};
  context.entry = UserContext::Entry::Full;
}

[[noreturn]] void stop_program(HostThread& self, const MachineContext& machine,
                               const UserExit& exit) {
  save_registers(*self.context, machine);
  save_vectors(self, machine.vector_image);
  self.exit = exit;
  leave_user(self, Leave::Signal);
}

UserExit describe(const MachineContext& machine) {
  if (machine.trap_number != kPageFault) {
    return {.reason = UserExit::Reason::Exception,
            .vector = static_cast<uint32_t>(machine.trap_number),
            .code = machine.error_code,
            .trap = hal::x86::trap_of(static_cast<uint32_t>(machine.trap_number))};
  }
  const uint64_t code = machine.error_code;
  const Access access = (code & kFetch) != 0   ? Access::Execute
                        : (code & kWrite) != 0 ? Access::Write
                                               : Access::Read;
  return {.reason = UserExit::Reason::PageFault,
          .access = access,
          .vector = kPageFault,
          .code = code,
          .address = VirtAddr{machine.cr2}};
}

// The program runs, and this is its own code, or an address it should not have jumped to.
bool is_in_program(const HostThread& self, const MachineContext& machine) {
  return self.context != nullptr && (machine.rip < kUserLimit || !is_kernel_text(machine.rip));
}

// The code of this build may have a trap where the language leaves the behaviour undefined.
[[noreturn]] void panic_at_trap(const MachineContext& machine) {
  const auto* code = reinterpret_cast<const uint8_t*>(machine.rip);
  const std::string_view what =
      hal::x86::undefined_behaviour({code, hal::x86::kUndefinedTrapBytes});
  if (what.empty()) panic_at(machine, "the kernel met an invalid instruction");
  char message[128];
  panic_at(machine, format_into(message, "undefined behaviour: {}", what));
}

void on_fault(int signal, void* info, void* frame_pointer) {
  HostThread& self = current_thread();
  MachineContext& machine = static_cast<sys::SignalFrame*>(frame_pointer)->machine;
  // The memory file has a page for every address it is mapped at, if the host can find one.
  const bool no_memory = signal == sys::kSigBus && machine.trap_number == kPageFault;
  if (no_memory) panic_at(machine, "the host is out of memory");
  const bool at_call = self.context != nullptr && is_call_entry(machine.rip);
  if ((at_call && machine.trap_number != kDebug && machine.trap_number != kAlignment) ||
      is_in_program(self, machine))
    stop_program(self, machine, describe(machine));
  if (const uintptr_t fixup = hal::x86::find_fixup(machine.rip); fixup != 0) {
    machine.rip = fixup;
    return;
  }
  if ((machine.rflags & kStrayFlags) != 0) {
    machine.rflags &= ~kStrayFlags;
    return;
  }
  if (is_stack_guard(machine.cr2)) panic_at(machine, "kernel stack overflow");
  if (machine.trap_number == kUndefined) panic_at_trap(machine);
  panic_at(machine, "the kernel faulted");
}

// A program's `syscall` would reach the host's kernel. For a Linux program it is how it calls ours;
// for others, and in the form for 32-bit programs, it is no instruction it may use.
void on_host_call(int, void* info, void* frame_pointer) {
  constexpr uint64_t kInstructionBytes = 2;
  HostThread& self = current_thread();
  MachineContext& machine = static_cast<sys::SignalFrame*>(frame_pointer)->machine;
  if (!is_in_program(self, machine)) panic_at(machine, "stray host call");
  const bool is_64_bit = static_cast<const sys::CallInfo*>(info)->architecture == sys::kAuditX86_64;
  if (is_64_bit && self.context->calls == hal::CallConvention::Linux) {
    machine.rcx = machine.rip;
    machine.r11 = machine.rflags;
    stop_program(self, machine, {.reason = UserExit::Reason::Syscall});
  }
  machine.rip -= kInstructionBytes;
  stop_program(self, machine,
               {.reason = UserExit::Reason::Exception,
                .vector = kUndefined,
                .trap = UserExit::Trap::UndefinedInstruction});
}

void on_interrupt(int, void*, void* frame_pointer) {
  HostThread& self = current_thread();
  const MachineContext& machine = static_cast<sys::SignalFrame*>(frame_pointer)->machine;
  if (self.context == nullptr) return;
  if (is_in_program(self, machine))
    stop_program(self, machine, {.reason = UserExit::Reason::Interrupt});
  if (is_entry_window(machine.rip)) leave_user(self, Leave::Interrupt);
}

// The host leaves a handler the program's alignment checks, under which the kernel, and the handler
// for what they find, would find more.
template <void (*handler)(int, void*, void*)>
[[gnu::naked]] void without_alignment_checks(int, void*, void*) {
  asm volatile(
      "pushfq\n"
      "testl %[checks], (%%rsp)\n"
      "jz 1f\n"
      "andl %[others], (%%rsp)\n"
      "popfq\n"
      "jmp %P[handler]\n"
      "1: lea 8(%%rsp), %%rsp\n"
      "jmp %P[handler]\n" ::[checks] "i"(hal::x86::kFlagAlignment),
      [others] "i"(~hal::x86::kFlagAlignment), [handler] "s"(handler));
}

template <void (*handler)(int, void*, void*)>
void handle(sys::Signal signal) {
  const sys::SignalAction action{
      without_alignment_checks<handler>,
      sys::kSaSiginfo | sys::kSaRestorer | sys::kSaOnStack | sys::kSaNoDefer, restorer, 0};
  sys::call(sys::Call::RtSigaction, signal, sys::address(&action), 0, sizeof action.mask);
}

}  // namespace

void set_up_signals() {
  constexpr sys::Signal kFaults[] = {sys::kSigSegv, sys::kSigBus, sys::kSigIll, sys::kSigFpe,
                                     sys::kSigTrap};
  uint64_t open = sys::signal_bit(sys::kSigUsr1) | sys::signal_bit(sys::kSigSys);
  for (sys::Signal signal : kFaults) {
    handle<on_fault>(signal);
    open |= sys::signal_bit(signal);
  }
  handle<on_interrupt>(sys::kSigUsr1);
  handle<on_host_call>(sys::kSigSys);
  handle<on_window_change>(sys::kSigWinch);
  constexpr long kSetMask = 2;
  const uint64_t blocked = ~open;
  sys::call(sys::Call::RtSigprocmask, kSetMask, sys::address(&blocked), 0, sizeof blocked);
}

void guard_host_calls() {
  // Calls from above the programs' addresses stay calls. Hosts before Linux 5.11 cannot do this.
  constexpr long kOn = 1;
  sys::call(sys::Call::Prctl, sys::kPrSetUserDispatch, kOn, static_cast<long>(kUserLimit),
            static_cast<long>(~uint64_t{0} - kUserLimit), 0);
}

}  // namespace jacinth::host
