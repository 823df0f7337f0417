#include <zircon/syscalls.h>
#include <zircon/syscalls/debug.h>

#include "shell/crash_report.h"

namespace shell {

CrashPlace crash_place(zx_handle_t thread, const zx_exception_report_t& exception) {
  // Values of scause for page faults; the rest are loads.
  constexpr uint64_t kInstructionFault = 12, kStoreFault = 15;
  zx_riscv64_thread_state_general_regs_t registers{};
  zx_thread_read_state(thread, ZX_THREAD_STATE_GENERAL_REGS, &registers, sizeof(registers));
  const zx_riscv64_exc_data_t& data = exception.context.arch.riscv_64;
  return {.instruction = registers.pc,
          .address = data.tval,
          .access = data.cause == kInstructionFault ? "execution"
                    : data.cause == kStoreFault     ? "write"
                                                    : "read"};
}

}  // namespace shell
