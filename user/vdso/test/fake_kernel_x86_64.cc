#include <signal.h>
#include <sys/prctl.h>
#include <sys/ucontext.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "test/loaded_vdso.h"
#include "zircon/syscall_numbers.h"

extern "C" void fake_kernel_entry();

namespace jacinth::vdso {
namespace {

// Linux's Syscall User Dispatch (Documentation/admin-guide/syscall-user-dispatch.rst): a `syscall`
// outside the allowed range becomes SIGSYS while the selector says so.
constexpr int kSetSyscallUserDispatch = 59;
constexpr unsigned long kDispatchOn = 1;
char selector = 1;  // block

int64_t enter(uint64_t number, const uint64_t* arguments) {
  MadeCall call{.number = number, .arguments = {}};
  std::copy_n(arguments, call.arguments.size(), call.arguments.begin());
  fake_kernel.calls.push_back(call);
  if (number == zircon::number::kThreadExit ||
      number == zircon::number::kFutexWakeHandleCloseThreadExit)
    std::longjmp(fake_kernel.thread_exit, 1);
  if (fake_kernel.results.empty()) return 0;
  const int64_t result = fake_kernel.results.front();
  fake_kernel.results.pop_front();
  return result;
}

void on_trap(int, siginfo_t*, void* context) {
  auto& registers = static_cast<ucontext_t*>(context)->uc_mcontext.gregs;
  constexpr int kArguments[] = {REG_RDI, REG_RSI, REG_RDX, REG_R10,
                                REG_R8,  REG_R9,  REG_R12, REG_R13};
  uint64_t arguments[8];
  for (size_t i = 0; i < 8; ++i) arguments[i] = static_cast<uint64_t>(registers[kArguments[i]]);
  registers[REG_RAX] = enter(static_cast<uint32_t>(registers[REG_RAX]), arguments);
  // What `syscall` itself destroys, and nothing may rely on.
  registers[REG_RCX] = registers[REG_R11] = 0x5a5a5a5a;
}

}  // namespace

uint64_t call_entry() { return reinterpret_cast<uint64_t>(&fake_kernel_entry); }

void catch_traps_below(const std::byte* end) {
  struct sigaction action = {};
  action.sa_sigaction = on_trap;
  // thread_exit leaves the handler by longjmp, so the signal must not stay blocked.
  action.sa_flags = SA_SIGINFO | SA_NODEFER;
  sigaction(SIGSYS, &action, nullptr);
  const auto from = reinterpret_cast<unsigned long>(end);
  if (prctl(kSetSyscallUserDispatch, kDispatchOn, from, (1ul << 47) - from, &selector) != 0) {
    std::perror("Syscall User Dispatch");
    std::abort();
  }
}

}  // namespace jacinth::vdso

// From fake_kernel_entry.
extern "C" int64_t fake_kernel_call(uint64_t number, const uint64_t* arguments) {
  return jacinth::vdso::enter(number, arguments);
}
