// What the Linux personality needs to know of an architecture: arch/<name>/ defines it.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string_view>

#include "abi/linux/types.h"
#include "base/errno.h"
#include "base/vector.h"
#include "fs/types.h"
#include "hal/user.h"
#include "text/format.h"

namespace jacinth::linux {

inline constexpr uint16_t kNoCall = std::numeric_limits<uint16_t>::max();
// Index into the generated table of calls.
uint16_t call_of_number(uint64_t number);

// The number of restart_syscall.
uint64_t restart_call_number();

// uname's machine, also the AT_PLATFORM string.
std::string_view machine_name();
// The e_machine of its programs.
uint16_t elf_machine();
// AT_HWCAP and AT_HWCAP2.
uint64_t hardware_capabilities();
uint64_t hardware_capabilities2();

// --- Registers.
// All registers as a program finds them after execve.
void start_program(hal::UserContext& context, VirtAddr entry, VirtAddr stack);
void set_stack(hal::UserContext& context, VirtAddr stack);
void set_program_counter(hal::UserContext& context, VirtAddr pc);
void set_thread_pointer(hal::UserContext& context, uint64_t value);
uint64_t thread_pointer(const hal::UserContext& context);
// What the result register holds.
uint64_t syscall_result_of(const hal::UserContext& context);

// clone()'s last two arguments, whose order differs.
struct CloneTail {
  uint64_t child_tid;
  uint64_t tls;
};
CloneTail clone_tail(uint64_t a3, uint64_t a4);

// --- Being traced.
// While a tracer looks at a call that has not been made: what its result register holds then.
void hide_call_result(hal::UserContext& context);
// What PTRACE_GET_SYSCALL_INFO calls the architecture.
uint32_t audit_architecture();

// A stopped thread's registers. The number of the call that it is in (-1: none) is one of them.
struct TracedRegisters {
  hal::UserContext& context;
  int64_t& call_number;
};
// A set in the layout that core files have, whole. INVAL: there is no such set.
ErrnoOr<Vector<std::byte>> read_register_set(const TracedRegisters& traced, uint64_t note);
// The same, of which a beginning suffices where that makes sense. IO: not values that it may have;
// FAULT: too few of them.
ErrnoOr<> write_register_set(const TracedRegisters& traced, uint64_t note,
                             std::span<const std::byte> in);
// Whether programs use the requests PTRACE_GETREGS, PTRACE_GETFPREGS and PTRACE_PEEKUSER.
bool has_register_requests();
// A word of what PTRACE_PEEKUSER reaches. IO: none there.
ErrnoOr<uint64_t> read_user_word(const TracedRegisters& traced, uint64_t offset);
ErrnoOr<> write_user_word(const TracedRegisters& traced, uint64_t offset, uint64_t value);

// --- Signal frames.
struct SignalDelivery {
  abi::siginfo info;
  abi::sigaction action;
  uint64_t old_mask;           // what sigreturn restores
  abi::sigaltstack alt_stack;  // as it is, for the frame
  VirtAddr stack;              // where to begin: the alternate stack's end, or the current pointer
  VirtAddr stack_limit;        // the frame must not reach below
  VirtAddr trampoline;         // where signal_trampoline() is mapped
};
// Puts a frame on the user's stack and makes the handler the next to run. EFAULT: the stack cannot
// take it.
ErrnoOr<> push_signal_frame(hal::UserContext& context, const SignalDelivery& delivery);

struct SignalReturn {
  uint64_t mask;
  abi::sigaltstack alt_stack;
};
// Takes the registers from the frame that the program returns from. EFAULT: not to be read, or not
// values that a program may have.
ErrnoOr<SignalReturn> pop_signal_frame(hal::UserContext& context);

// Code that handlers return to, which calls rt_sigreturn: mapped into every program. Empty where
// the program brings its own (SA_RESTORER).
std::span<const std::byte> signal_trampoline();

// MINSIGSTKSZ, as AT_MINSIGSTKSZ says it: the largest frame.
uint64_t least_signal_stack();

// The si_code of SIGFPE or SIGTRAP for an exception, and which signal it is.
struct FaultSignal {
  int32_t signal;
  int32_t code;
};
FaultSignal signal_of_exception(uint32_t vector, uint64_t code);

// --- Descriptions.
// Lines of /proc/cpuinfo.
void describe_processor(uint32_t cpu, TextSink& out);

}  // namespace jacinth::linux
