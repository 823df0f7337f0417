#include <zircon/syscalls.h>
#include <zircon/syscalls/debug.h>

#include "shell/crash_report.h"

namespace shell {

CrashPlace crash_place(zx_handle_t thread, const zx_exception_report_t& exception) {
  // Bits of a page fault's error code.
  constexpr uint64_t kWrite = 1 << 1, kInstructionFetch = 1 << 4;
  zx_x86_64_thread_state_general_regs_t registers{};
  zx_thread_read_state(thread, ZX_THREAD_STATE_GENERAL_REGS, &registers, sizeof(registers));
  const zx_x86_64_exc_data_t& data = exception.context.arch.x86_64;
  return {.instruction = registers.rip,
          .address = data.cr2,
          .access = (data.err_code & kInstructionFetch) != 0 ? "execution"
                    : (data.err_code & kWrite) != 0          ? "write"
                                                             : "read"};
}

}  // namespace shell
