// Running user programs, and reaching their memory.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/result.h"
#include "base/units.h"
#include "hal/address_space.h"
#include "hal/linux_call.h"

// The machine's `UserContext`: the whole register state of one user thread while it is not running.
// Besides what is private to the machine it offers, for the layers above:
//
//   void start(VirtAddr pc, VirtAddr sp, uint64_t arg0, uint64_t arg1)   a fresh thread's state
//   uint64_t syscall_number() const
//   uint64_t syscall_arg(size_t i) const         i below kSyscallRegisterArgs
//   static constexpr size_t kSyscallRegisterArgs 6 or 8: the arguments that come in registers
//   VirtAddr syscall_stack_args() const          where the others lie, 8 bytes each
//   void set_syscall_result(uint64_t value)
//   VirtAddr pc() const;  VirtAddr sp() const
//   Result<> read_regs(RegisterSet, std::span<std::byte>) / write_regs(…)        hal/registers.h
//   Result<> copy_from(const UserContext&)       all registers of a stopped thread; NO_MEMORY
//   void leave_cpu()                             the thread stops for a while, and may go on on
//   another CPU
//
// and for programs of Linux (hal/linux_call.h):
//
//   void set_call_convention(CallConvention)
//   LinuxCall linux_call() const                 the call just made; its result goes the same way
//   void undo_linux_call(const LinuxCall&)       back to before the call's instruction
//   bool called_slowly() const                   hal::AddressSpace::speed_up_call() may help
//   static size_t signal_fpu_bytes()             of the floating-point part of a signal frame
//   Result<> read_signal_fpu(std::span<std::byte>) const / write_signal_fpu(…)
//
// A signal frame's floating-point part is Linux's for the architecture, all vector registers
// included; write_signal_fpu() takes what a program left there: INVALID_ARGS when the registers
// cannot have such values, NO_MEMORY. Call release_fpu() first, as for read_regs().
//
// syscall_arg_slow() below reads any argument, whichever way it comes.
#include <machine/user_context.h>

namespace jacinth::hal {

// Why a user program stopped.
struct UserExit {
  enum class Reason : uint8_t {
    Syscall,
    PageFault,  // address and access are set
    Exception,  // trap, vector, code (and address where the machine gives one) are set
    Interrupt,  // an interrupt or the timer: see cpu.h
  };
  // What every machine's exceptions come down to.
  enum class Trap : uint8_t {
    General,
    UndefinedInstruction,
    SoftwareBreakpoint,
    HardwareBreakpoint,  // or single step
    UnalignedAccess,
  };
  Reason reason;
  Access access = Access::None;  // Read, Write or Execute
  uint32_t vector = 0;           // the machine's exception number
  uint64_t code = 0;             // the machine's error code / cause detail
  VirtAddr address{};
  Trap trap = Trap::General;
};

// Runs the program in `context` on this CPU, in the active address space, until it stops. Returns
// at once with Interrupt when one is pending. The FPU/vector registers of the thread that ran last
// stay loaded; the implementation saves and restores them when another context is entered.
UserExit enter_user(UserContext& context);

// Must be called before `context` is destroyed or its FPU state is read while another CPU may still
// hold its vector registers.
void release_fpu(UserContext& context);

// Copies between kernel memory and the active address space. Return the number of bytes copied
// before the first unreadable/unwritable user byte (count = all). They never wait and never fix a
// fault: the caller (vm/user_memory.h) resolves it and goes on. Addresses outside user_range() copy
// nothing.
size_t copy_from_user(void* to, VirtAddr from, size_t count);
size_t copy_to_user(VirtAddr to, const void* from, size_t count);

// A 32-bit atomic load of an aligned word of the active address space; false when it faults.
bool load_user_u32(VirtAddr from, uint32_t* value);

// Writes `wanted` to an aligned word of the active address space if it holds `*expected`, which
// gets what it did hold, atomically; false when it faults.
bool compare_exchange_user_u32(VirtAddr at, uint32_t* expected, uint32_t wanted);

// Argument `index` (0..7) of the call that `context` has made, from its register or from the user's
// stack in the active address space. False when the stack faults, at `context.syscall_stack_args()
// + 8 * (index - kSyscallRegisterArgs)`: the caller resolves the fault and asks again.
template <typename Context>
bool syscall_arg_slow(const Context& context, size_t index, uint64_t* value) {
  if (index < Context::kSyscallRegisterArgs) {
    *value = context.syscall_arg(index);
    return true;
  }
  const VirtAddr at = context.syscall_stack_args() + 8 * (index - Context::kSyscallRegisterArgs);
  return copy_from_user(value, at, sizeof *value) == sizeof *value;
}

// Makes code just written to the active address space visible to this CPU's instruction fetch.
void sync_user_instructions();

}  // namespace jacinth::hal
