// Why a program stopped (hal/user.h), and what the kernel does about its own faults.
#include <cstddef>

#include "hal/call_server.h"
#include "hal/riscv64/address_space.h"
#include "hal/riscv64/csr.h"
#include "hal/riscv64/fpu.h"
#include "hal/riscv64/hart.h"
#include "hal/riscv64/offsets.h"
#include "hal/riscv64/panic.h"
#include "hal/syscall_entry.h"
#include "hal/user.h"

namespace jacinth::riscv64 {

using hal::Access;
using hal::UserContext;
using hal::UserExit;

static_assert(offsetof(UserContext, general) == 0 && offsetof(UserContext, hart) == CONTEXT_HART);
static_assert(offsetof(GeneralRegisters, pc) == CONTEXT_PC &&
              sizeof(GeneralRegisters) == CONTEXT_BYTES);
static_assert(offsetof(GeneralRegisters, t0) == CONTEXT_T0 &&
              offsetof(GeneralRegisters, a) == CONTEXT_A0);
static_assert(offsetof(GeneralRegisters, s2) == CONTEXT_S2 &&
              offsetof(GeneralRegisters, t6) == CONTEXT_T6);
static_assert(offsetof(Hart, kernel_sp) == HART_KERNEL_SP &&
              offsetof(Hart, trap_sp) == HART_TRAP_SP &&
              offsetof(Hart, trap_stack) == HART_TRAP_STACK &&
              offsetof(Hart, in_company) == HART_IN_COMPANY);
static_assert(offsetof(hal::CallServer, serve) == 0);

namespace {

// trap.S
extern "C" uint64_t enter_program(UserContext& context, hal::CallServer& server);

// Alone, a hart has forgotten by itself all that it must not use.
uint64_t run_program(Hart& hart, UserContext& context, hal::CallServer& server) {
  if (!hart.in_company) return enter_program(context, server);
  hart.tlb.begin_reach();
  const uint64_t cause = enter_program(context, server);
  hart.tlb.end_reach();
  return cause;
}

// A hart may remember that there was no translation, or a narrower one; then there is nothing for
// the kernel to do but to have it look again.
bool is_fault_over(Hart& hart, uint64_t address, Access access) {
  if (!is_user_address(address) || hart.space == nullptr) return false;
  CopyGuard guard(hart);
  const Entry entry = hart.space->look_up(address);
  const uint64_t needed = access == Access::Execute ? Entry::kExecute
                          : access == Access::Write ? Entry::kWrite
                                                    : Entry::kRead;
  if (!entry.is_valid() || (entry.flags() & needed) == 0) return false;
  flush_user_translation(address);
  return true;
}

UserExit page_fault(uint64_t cause, uint64_t address, Access access) {
  return {.reason = UserExit::Reason::PageFault,
          .access = access,
          .vector = static_cast<uint32_t>(cause),
          .code = address,
          .address = VirtAddr{address}};
}

UserExit exception(uint64_t cause, uint64_t value, UserExit::Trap trap) {
  return {.reason = UserExit::Reason::Exception,
          .vector = static_cast<uint32_t>(cause),
          .code = value,
          .address = VirtAddr{value},
          .trap = trap};
}

// None: the program may go on at once.
std::optional<UserExit> exit_for(Hart& hart, UserContext& context, uint64_t cause) {
  const uint64_t value = read_csr("stval");
  const auto fault = [&](Access access) -> std::optional<UserExit> {
    if (is_fault_over(hart, value, access)) return std::nullopt;
    return page_fault(cause, value, access);
  };
  switch (static_cast<Cause>(cause)) {
    case Cause::InstructionPage:
      return fault(Access::Execute);
    case Cause::LoadPage:
      return fault(Access::Read);
    case Cause::StorePage:
      return fault(Access::Write);
    case Cause::IllegalInstruction:
      if (load_next_unit(hart, context)) return std::nullopt;
      return exception(cause, value, UserExit::Trap::UndefinedInstruction);
    case Cause::Breakpoint:
      return exception(cause, value, UserExit::Trap::SoftwareBreakpoint);
    case Cause::InstructionMisaligned:
    case Cause::LoadMisaligned:
    case Cause::StoreMisaligned:
      return exception(cause, value, UserExit::Trap::UnalignedAccess);
    default:
      return exception(cause, value, UserExit::Trap::General);
  }
}

// What is not a call of a program without floating point: enter_user() has few registers to save
// so.
[[gnu::noinline]] UserExit leave_or_go_on(Hart& hart, UserContext& context, hal::CallServer& server,
                                          uint64_t cause) {
  for (;;) {
    save_units(hart, context, read_csr("sstatus"));
    if (cause == static_cast<uint64_t>(Cause::UserCall))
      return {.reason = UserExit::Reason::Syscall};
    if ((cause & kInterrupt) != 0) return {.reason = UserExit::Reason::Interrupt};
    if (const auto exit = exit_for(hart, context, cause)) return *exit;
    write_csr("sstatus", unit_status(hart, context));
    cause = run_program(hart, context, server);
  }
}

[[gnu::noinline]] void move_here(Hart& hart, UserContext& context) {
  // It may have written code on the hart it comes from.
  fence_instructions();
  context.hart = &hart;
}

}  // namespace

// From trap.S, on a hart that is not alone. The units stay as they are for a program that goes on.
extern "C" bool serve_in_company(hal::CallServer& server) {
  Hart& hart = this_hart();
  hart.tlb.end_reach();
  if (!server.serve(server)) return false;
  hart.tlb.begin_reach();
  return true;
}

extern "C" [[noreturn]] void kernel_trap(const GeneralRegisters& registers) {
  kernel_fault(registers, read_csr("scause"), read_csr("stval"));
}

}  // namespace jacinth::riscv64

namespace jacinth::hal {

using namespace riscv64;

UserExit enter_user(UserContext& context, CallServer& server) {
  Hart& hart = this_hart();
  if (context.hart != &hart) [[unlikely]]
    move_here(hart, context);
  const uint64_t units = unit_status(hart, context);
  write_csr("sstatus", units);
  const uint64_t cause = run_program(hart, context, server);
  if (cause != static_cast<uint64_t>(Cause::UserCall) || units != 0)
    return leave_or_go_on(hart, context, server, cause);
  return {.reason = UserExit::Reason::Syscall};
}

UserExit enter_user(UserContext& context) {
  CallServer server = kNoServer;
  return enter_user(context, server);
}

// A program that is not running has all its registers in its context.
void release_fpu(UserContext&) {}

void sync_user_instructions() { fence_instructions(); }

uintptr_t syscall_entry_address() { return 0; }

}  // namespace jacinth::hal
