// hal::enter_user(): from the executor's thread to the program and back.
#include "hal/call_server.h"
#include "hal/syscall_entry.h"
#include "hal/user.h"
#include "hal/x86_64/debug_registers.h"
#include "hal/x86_64/extended_state.h"
#include "hal/x86_64/io_ports.h"
#include "hal/x86_64/layout.h"
#include "hal/x86_64/processor.h"
#include "hal/x86_64/traps.h"
#include "hal/x86_common/traps.h"

namespace jacinth::x86_64 {

extern "C" uint32_t x86_64_enter_user(hal::UserContext* context, hal::CallServer* server);

namespace {

using hal::UserExit;

UserExit page_fault(uint64_t address, uint64_t code) {
  constexpr uint64_t kWrite = 1 << 1, kFetch = 1 << 4;
  const hal::Access access = (code & kFetch) != 0   ? hal::Access::Execute
                             : (code & kWrite) != 0 ? hal::Access::Write
                                                    : hal::Access::Read;
  return {.reason = UserExit::Reason::PageFault,
          .access = access,
          .vector = kPageFaultVector,
          .code = code,
          .address = VirtAddr{address}};
}

UserExit exit_of_trap(Cpu& cpu) {
  const uint64_t vector = cpu.trap_vector;
  if (vector >= kFirstInterruptVector) {
    note_interrupt(cpu, vector);
    return {.reason = UserExit::Reason::Interrupt};
  }
  if (vector == kPageFaultVector) return page_fault(read_cr2(), cpu.trap_code);
  // It may have met a port that another of its threads has asked for.
  if (vector == kProtectionVector && refresh_ports(cpu))
    return {.reason = UserExit::Reason::Interrupt};
  if (vector == kDebugVector) note_debug_exception(*cpu.context);
  return {.reason = UserExit::Reason::Exception,
          .vector = static_cast<uint32_t>(vector),
          .code = cpu.trap_code,
          .trap = hal::x86::trap_of(static_cast<uint32_t>(vector))};
}

}  // namespace

// From user_entry.S: a system call on a CPU that is not alone.
extern "C" bool x86_64_serve_in_company(hal::CallServer* server) {
  Cpu& cpu = this_cpu();
  cpu.tlb.end_reach();
  if (!server->serve(*server)) return false;
  cpu.tlb.begin_reach();
  return true;
}
static_assert(offsetof(hal::CallServer, serve) == 0);

}  // namespace jacinth::x86_64

namespace jacinth::hal {

using x86_64::Cpu;

UserExit enter_user(UserContext& context, CallServer& server) {
  constexpr uint64_t kUserFetch = 0x14;
  // Such an address would fault in the kernel's own hands.
  if (raw(context.pc()) >= x86_64::kUserLimit)
    return x86_64::page_fault(raw(context.pc()), kUserFetch);
  Cpu& cpu = x86_64::this_cpu();
  if (!x86_64::load_extended(cpu, context)) return {.reason = UserExit::Reason::Interrupt};
  if (cpu.in_company) cpu.tlb.begin_reach();
  const uint32_t stopped = x86_64::x86_64_enter_user(&context, &server);
  if (cpu.in_company) cpu.tlb.end_reach();
  if (stopped == 0) [[likely]]
    return {.reason = UserExit::Reason::Syscall};
  return x86_64::exit_of_trap(cpu);
}

UserExit enter_user(UserContext& context) {
  CallServer server = kNoServer;
  return enter_user(context, server);
}

uintptr_t syscall_entry_address() { return 0; }

}  // namespace jacinth::hal
