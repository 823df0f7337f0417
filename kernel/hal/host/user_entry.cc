#include "hal/host/user_entry.h"

#include "hal/call_server.h"
#include "hal/host/address_space.h"
#include "hal/host/asm_label.h"
#include "hal/host/layout.h"
#include "hal/host/sys.h"
#include "hal/host/timer.h"
#include "hal/host/vectors.h"
#include "hal/syscall_entry.h"

namespace jacinth::host {

using hal::UserContext;
using hal::UserExit;

extern "C" const char jacinth_host_call_window[], jacinth_host_call_window_end[];
extern "C" const char jacinth_host_full_window[], jacinth_host_full_window_end[];
extern "C" const char jacinth_host_linux_window[], jacinth_host_linux_window_end[];
extern "C" const char jacinth_host_linux_entry[];
extern "C" const char jacinth_host_call_entry[];

namespace {

// Those that are not just what instructions set along the way.
constexpr uint32_t kUnusualFlags = hal::x86::kFlagTrap | hal::x86::kFlagDirection |
                                   hal::x86::kFlagNestedTask | hal::x86::kFlagAlignment;

#define REGISTER(name) \
  [name] "i"(offsetof(UserContext, general) + offsetof(hal::x86::GeneralRegisters, name))
#define CALLEE_SAVED                                                                        \
  REGISTER(rbx), REGISTER(rbp), REGISTER(rsp), REGISTER(r12), REGISTER(r13), REGISTER(r14), \
      REGISTER(r15)
#define ARGUMENTS                                                                          \
  REGISTER(rax), REGISTER(rcx), REGISTER(rdx), REGISTER(rsi), REGISTER(rdi), REGISTER(r8), \
      REGISTER(r9)
#define THREAD(name) [name] "i"(offsetof(HostThread, name))

#define PUSH_KERNEL_REGISTERS                                                     \
  "push %%rbp\n push %%rbx\n push %%r12\n push %%r13\n push %%r14\n push %%r15\n" \
  "mov %%rsp, %%gs:%c[kernel_sp]\n"
// By a jump: the processor would predict a return to where the program's call came from.
#define RETURN_TO_KERNEL                                                    \
  "mov %%gs:%c[kernel_sp], %%rsp\n"                                         \
  "pop %%r15\n pop %%r14\n pop %%r13\n pop %%r12\n pop %%rbx\n pop %%rbp\n" \
  "pop %%rcx\n jmp *%%rcx\n"

// Returns from the program's call: callee-saved registers, and the result in rax. The program runs
// from HostThread::entry_pc, until something returns here.
//
// An interrupt that comes after the look at `pending` but before the program runs finds the window
// and leaves, so none waits until the next.
[[gnu::naked]] Leave enter_from_call(UserContext&, const std::atomic<uint32_t>&) {
  asm volatile(PUSH_KERNEL_REGISTERS
               ASM_LABEL("jacinth_host_call_window")
               "cmpl $0, (%%rsi)\n"
               "jne 1f\n"
               "mov %c[rax](%%rdi), %%rax\n"
               "mov %c[rbx](%%rdi), %%rbx\n"
               "mov %c[rbp](%%rdi), %%rbp\n"
               "mov %c[r12](%%rdi), %%r12\n"
               "mov %c[r13](%%rdi), %%r13\n"
               "mov %c[r14](%%rdi), %%r14\n"
               "mov %c[r15](%%rdi), %%r15\n"
               "mov %c[rsp](%%rdi), %%rsp\n"
               "jmp *%%gs:%c[entry_pc]\n"
               ASM_LABEL("jacinth_host_call_window_end")
               "1: mov %[interrupt], %%eax\n" RETURN_TO_KERNEL ::[interrupt] "i"(Leave::Interrupt),
               THREAD(kernel_sp), THREAD(entry_pc), REGISTER(rax), CALLEE_SAVED);
}

// The same with all registers, flags included: an interrupt return to our own privilege level loads
// them at once, and writes nothing to the program's stack.
[[gnu::naked]] Leave enter_full(UserContext&, const std::atomic<uint32_t>&) {
  asm volatile(PUSH_KERNEL_REGISTERS
               ASM_LABEL("jacinth_host_full_window")
               "cmpl $0, (%%rsi)\n"
               "jne 1f\n"
               "mov %%ss, %%eax\n"
               "push %%rax\n"
               "push %c[rsp](%%rdi)\n"
               "push %c[rflags](%%rdi)\n"
               "mov %%cs, %%eax\n"
               "push %%rax\n"
               "push %%gs:%c[entry_pc]\n"
               "mov %c[rax](%%rdi), %%rax\n"
               "mov %c[rbx](%%rdi), %%rbx\n"
               "mov %c[rcx](%%rdi), %%rcx\n"
               "mov %c[rdx](%%rdi), %%rdx\n"
               "mov %c[rsi](%%rdi), %%rsi\n"
               "mov %c[rbp](%%rdi), %%rbp\n"
               "mov %c[r8](%%rdi), %%r8\n"
               "mov %c[r9](%%rdi), %%r9\n"
               "mov %c[r10](%%rdi), %%r10\n"
               "mov %c[r11](%%rdi), %%r11\n"
               "mov %c[r12](%%rdi), %%r12\n"
               "mov %c[r13](%%rdi), %%r13\n"
               "mov %c[r14](%%rdi), %%r14\n"
               "mov %c[r15](%%rdi), %%r15\n"
               "mov %c[rdi](%%rdi), %%rdi\n"
               "iretq\n"
               ASM_LABEL("jacinth_host_full_window_end")
               "1: mov %[interrupt], %%eax\n" RETURN_TO_KERNEL ::[interrupt] "i"(Leave::Interrupt),
               THREAD(kernel_sp), ARGUMENTS, CALLEE_SAVED, REGISTER(r10), REGISTER(r11),
               THREAD(entry_pc), REGISTER(rflags));
}

// The way back from a Linux program's call, when its flags are only such as instructions set:
// overflow by an addition that does, the others from AH.
[[gnu::naked]] Leave enter_from_linux_call(UserContext&, const std::atomic<uint32_t>&) {
  asm volatile(PUSH_KERNEL_REGISTERS
               ASM_LABEL("jacinth_host_linux_window")
               "cmpl $0, (%%rsi)\n"
               "jne 1f\n"
               "mov %c[rflags](%%rdi), %%r11\n"
               "mov %%r11d, %%eax\n"
               "mov %%r11b, %%cl\n"
               "shr $11, %%eax\n"
               "and $1, %%eax\n"
               "mov %%cl, %%ah\n"
               "add $0x7f, %%al\n"
               "sahf\n"
               "mov %c[rax](%%rdi), %%rax\n"
               "mov %c[rbx](%%rdi), %%rbx\n"
               "mov %c[rdx](%%rdi), %%rdx\n"
               "mov %c[rsi](%%rdi), %%rsi\n"
               "mov %c[rbp](%%rdi), %%rbp\n"
               "mov %c[r8](%%rdi), %%r8\n"
               "mov %c[r9](%%rdi), %%r9\n"
               "mov %c[r10](%%rdi), %%r10\n"
               "mov %c[r12](%%rdi), %%r12\n"
               "mov %c[r13](%%rdi), %%r13\n"
               "mov %c[r14](%%rdi), %%r14\n"
               "mov %c[r15](%%rdi), %%r15\n"
               "mov %c[rip](%%rdi), %%rcx\n"
               "mov %c[rsp](%%rdi), %%rsp\n"
               "mov %c[rdi](%%rdi), %%rdi\n"
               "jmp *%%gs:%c[entry_pc]\n"
               ASM_LABEL("jacinth_host_linux_window_end")
               "1: mov %[interrupt], %%eax\n" RETURN_TO_KERNEL ::[interrupt] "i"(Leave::Interrupt),
               THREAD(kernel_sp), THREAD(entry_pc), ARGUMENTS, CALLEE_SAVED, REGISTER(r10),
               REGISTER(rip), REGISTER(rflags));
}

// Where patched `syscall` instructions lead. Flags that the kernel cannot work with are cleared
// when one is set.
[[gnu::naked, gnu::used]] void linux_call_entry() {
  asm volatile(
      ASM_LABEL("jacinth_host_linux_entry")
      "mov %%r11, %%gs:%c[entry_pc]\n"
      "mov %%gs:%c[context], %%r11\n"
      "mov %%rax, %c[rax](%%r11)\n"
      "mov %%rbx, %c[rbx](%%r11)\n"
      "mov %%rcx, %c[rcx](%%r11)\n"
      "mov %%rdx, %c[rdx](%%r11)\n"
      "mov %%rsi, %c[rsi](%%r11)\n"
      "mov %%rdi, %c[rdi](%%r11)\n"
      "mov %%rbp, %c[rbp](%%r11)\n"
      "mov %%rsp, %c[rsp](%%r11)\n"
      "mov %%r8, %c[r8](%%r11)\n"
      "mov %%r9, %c[r9](%%r11)\n"
      "mov %%r10, %c[r10](%%r11)\n"
      "mov %%r12, %c[r12](%%r11)\n"
      "mov %%r13, %c[r13](%%r11)\n"
      "mov %%r14, %c[r14](%%r11)\n"
      "mov %%r15, %c[r15](%%r11)\n"
      "mov %%rcx, %c[rip](%%r11)\n"
      "mov %%gs:%c[kernel_sp], %%rsp\n"
      "pushfq\n"
      "pop %%rcx\n"
      "mov %%rcx, %c[rflags](%%r11)\n"
      "mov %%rcx, %c[r11](%%r11)\n"
      "test %[unusual], %%ecx\n"
      "jz 1f\n"
      "push %[initial]\n"
      "popfq\n"
      "1: mov %[call], %%eax\n" RETURN_TO_KERNEL ::[call] "i"(Leave::LinuxCall),
      [unusual] "i"(kUnusualFlags), [initial] "i"(hal::x86::kInitialFlags), THREAD(kernel_sp),
      THREAD(context), THREAD(entry_pc), ARGUMENTS, CALLEE_SAVED, REGISTER(r10), REGISTER(r11),
      REGISTER(rip), REGISTER(rflags));
}

// Where programs call (hal/syscall_entry.h). Arguments are kept for a debugger to see, the rest of
// the caller-saved registers is the kernel's to change.
[[gnu::naked, gnu::used]] void call_entry() {
  asm volatile(
      ASM_LABEL("jacinth_host_call_entry")
      "mov (%%rsp), %%r10\n"
      "mov %%gs:%c[context], %%r11\n"
      "mov %%rax, %c[rax](%%r11)\n"
      "mov %%rbx, %c[rbx](%%r11)\n"
      "mov %%rcx, %c[rcx](%%r11)\n"
      "mov %%rdx, %c[rdx](%%r11)\n"
      "mov %%rsi, %c[rsi](%%r11)\n"
      "mov %%rdi, %c[rdi](%%r11)\n"
      "mov %%rbp, %c[rbp](%%r11)\n"
      "mov %%r8, %c[r8](%%r11)\n"
      "mov %%r9, %c[r9](%%r11)\n"
      "mov %%r12, %c[r12](%%r11)\n"
      "mov %%r13, %c[r13](%%r11)\n"
      "mov %%r14, %c[r14](%%r11)\n"
      "mov %%r15, %c[r15](%%r11)\n"
      "mov %%r10, %c[rip](%%r11)\n"
      "lea 8(%%rsp), %%r10\n"
      "mov %%r10, %c[rsp](%%r11)\n"
      "stmxcsr %c[mxcsr](%%r11)\n"
      "fnstcw %c[fcw](%%r11)\n"
      "cld\n"
      "mov %[call], %%eax\n" RETURN_TO_KERNEL ::[call] "i"(Leave::Call),
      [mxcsr] "i"(offsetof(UserContext, mxcsr)), [fcw] "i"(offsetof(UserContext, fcw)),
      THREAD(kernel_sp), THREAD(context), ARGUMENTS, CALLEE_SAVED, REGISTER(rip));
}

void load_fs_base(HostThread& self, uint64_t base) {
  if (self.fs_base == base) return;
  self.fs_base = base;
  if (has_fsgsbase) {
    asm volatile("wrfsbase %0" ::"r"(base));
  } else {
    sys::call(sys::Call::ArchPrctl, sys::kArchSetFs, static_cast<long>(base));
  }
}

// Programs may have changed it themselves where they can.
void save_fs_base(HostThread& self, UserContext& context) {
  if (has_fsgsbase) asm volatile("rdfsbase %0" : "=r"(self.fs_base));
  context.general.fs_base = self.fs_base;
}

// Where the program goes on: at its program counter, or for that at an instruction that has moved.
uint64_t entry_address(const Vcpu& cpu, const UserContext& context) {
  const uint64_t pc = context.general.rip;
  if (pc == context.resume_for && context.resume_generation == cpu.space->code_generation())
    return context.resume_pc;
  // It comes back from a signal handler, perhaps, to where a call has been interrupted.
  if (context.entry != UserContext::Entry::Full || context.calls != hal::CallConvention::Linux)
    return pc;
  const uint64_t moved = cpu.space->moved_to(pc);
  return moved != 0 ? moved : pc;
}

void resume_at(const Vcpu& cpu, UserContext& context, uint64_t pc) {
  context.resume_for = context.general.rip;
  context.resume_pc = pc;
  context.resume_generation = cpu.space->code_generation();
}

// A signal has stopped a Linux program. What it sees of itself are its own addresses, never those
// of trampolines; and when it met what a patch left of an instruction, it just goes on where that
// is now.
[[gnu::noinline]] UserExit stopped(Vcpu& cpu, UserContext& context, const UserExit& exit) {
  using Trap = UserExit::Trap;
  HostAddressSpace& space = *cpu.space;
  uint64_t& pc = context.general.rip;
  const bool in_trampoline = is_in_call_window(pc);
  if (in_trampoline) {
    pc = space.origin_of(pc);
    // A program that steps itself must see each of its instructions once.
    if (exit.reason == UserExit::Reason::Exception && exit.trap == Trap::HardwareBreakpoint)
      space.forbid_call_patches();
  }
  const bool undefined =
      exit.reason == UserExit::Reason::Exception && exit.trap == Trap::UndefinedInstruction;
  if (!in_trampoline && !undefined) return exit;
  const uint64_t moved = space.moved_to(pc);
  if (moved != 0) resume_at(cpu, context, moved);
  if (undefined && moved != 0) return {.reason = UserExit::Reason::Interrupt};
  return exit;
}

UserExit unreachable_pc(const UserContext& context) {
  return {.reason = UserExit::Reason::PageFault,
          .access = hal::Access::Execute,
          .vector = 14,
          .code = 0x14,
          .address = context.pc()};
}

// How functions marked thunk-extern return: enter_user() must, as it too would be predicted to
// return into the program, at 8 ns a call.
extern "C" [[gnu::naked, gnu::used, gnu::visibility("hidden")]] void __x86_return_thunk() {
  asm volatile("pop %rcx\n jmp *%rcx\n");
}

}  // namespace

void leave_user(HostThread& self, Leave why) {
  self.loaded = nullptr;
  asm volatile("mov %[why], %%eax\n" RETURN_TO_KERNEL ::[why] "r"(static_cast<uint32_t>(why)),
               THREAD(kernel_sp)
               : "rax", "memory");
  __builtin_unreachable();
}

bool is_entry_window(uintptr_t pc) {
  auto within = [pc](const char* from, const char* to) {
    return pc >= reinterpret_cast<uintptr_t>(from) && pc < reinterpret_cast<uintptr_t>(to);
  };
  return within(jacinth_host_call_window, jacinth_host_call_window_end) ||
         within(jacinth_host_full_window, jacinth_host_full_window_end) ||
         within(jacinth_host_linux_window, jacinth_host_linux_window_end);
}

uintptr_t linux_call_entry_address() {
  return reinterpret_cast<uintptr_t>(jacinth_host_linux_entry);
}

bool is_call_entry(uintptr_t pc) {
  return pc == reinterpret_cast<uintptr_t>(jacinth_host_call_entry);
}

}  // namespace jacinth::host

namespace jacinth::hal {

using host::HostThread;
using host::Leave;

uintptr_t syscall_entry_address() {
  return reinterpret_cast<uintptr_t>(host::jacinth_host_call_entry);
}

[[gnu::function_return("thunk-extern")]] UserExit enter_user(UserContext& context) {
  if (raw(context.pc()) >= host::kUserLimit) [[unlikely]] {
    // A program that faulted on its stack in the call entry goes on there.
    if (!host::is_call_entry(raw(context.pc()))) return host::unreachable_pc(context);
  }
  HostThread& self = host::current_thread();
  host::Vcpu& cpu = *self.vcpu;
  host::publish_timer(cpu);
  if (!host::reserve_image(cpu, context)) return {.reason = UserExit::Reason::Interrupt};
  if (self.loaded != &context || context.loaded_on != &self) {
    host::load_vectors(context);
    host::load_fs_base(self, context.general.fs_base);
    self.loaded = &context;
    context.loaded_on = &self;
  }
  self.context = &context;
  Leave why;
  // A return from a call cannot start single-stepping.
  const bool stepping = (context.general.rflags & x86::kFlagTrap) != 0;
  if (stepping && context.calls == CallConvention::Linux) [[unlikely]]
    cpu.space->forbid_call_patches();
  self.entry_pc = host::entry_address(cpu, context);
  if (context.entry == UserContext::Entry::Call && !stepping) [[likely]] {
    why = host::enter_from_call(context, cpu.pending);
  } else if (context.entry == UserContext::Entry::LinuxCall && !stepping) {
    why = host::enter_from_linux_call(context, cpu.pending);
  } else {
    why = host::enter_full(context, cpu.pending);
  }
  self.context = nullptr;
  if (why == Leave::Interrupt) [[unlikely]]
    return {.reason = UserExit::Reason::Interrupt};
  host::save_fs_base(self, context);
  if (why == Leave::LinuxCall) {
    const bool usual = (context.general.rflags & host::kUnusualFlags) == 0;
    context.entry = usual ? UserContext::Entry::LinuxCall : UserContext::Entry::Full;
    context.vectors = UserContext::Vectors::Loaded;
    host::resume_at(cpu, context, self.entry_pc);
    return {.reason = UserExit::Reason::Syscall};
  }
  if (why == Leave::Signal) [[unlikely]]
    return context.calls == CallConvention::Linux ? host::stopped(cpu, context, self.exit)
                                                  : self.exit;
  context.entry = UserContext::Entry::Call;
  context.general.rflags = x86::kInitialFlags | (context.general.rflags & x86::kFlagTrap);
  context.vectors = UserContext::Vectors::ControlWords;
  host::return_image(cpu, context);
  return {.reason = UserExit::Reason::Syscall};
}

UserExit enter_user(UserContext& context, CallServer& server) {
  for (;;) {
    const UserExit exit = enter_user(context);
    if (exit.reason != UserExit::Reason::Syscall || !server.serve(server)) return exit;
  }
}

}  // namespace jacinth::hal
