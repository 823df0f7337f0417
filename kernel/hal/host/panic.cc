#include "hal/host/panic.h"

#include "base/check.h"
#include "base/panic_report.h"
#include "base/print.h"
#include "hal/host/console.h"
#include "hal/host/host_thread.h"
#include "hal/host/layout.h"
#include "hal/host/processes.h"
#include "hal/host/symbols.h"
#include "hal/user.h"

namespace jacinth::host {
namespace {

constexpr int kStandardError = 2;
constexpr int kPanicStatus = 134;  // as a shell reports abort()
constexpr int kMostFrames = 32;

constinit std::atomic<bool> panicking{false};

class ErrorSink final : public TextSink {
 public:
  void write(std::string_view text) override { write_all(kStandardError, text); }
};

template <typename... Args>
void report(FormatString<Args...> format, const Args&... args) {
  char line[512];
  write_all(kStandardError, format_into(line, format, args...));
}

// One panic is reported; others wait for the end, and a panic while reporting ends at once.
void begin(std::string_view message) {
  restore_terminal();
  if (panicking.exchange(true)) sys::exit_group(kPanicStatus);
  report("\njacinth: panic on CPU {}: {}\n", current_thread().cpu, message);
}

// Kernel stacks lie in the machine area; anything else as a frame pointer ends the walk.
bool is_frame(uintptr_t frame) {
  const auto start = reinterpret_cast<uintptr_t>(layout.area);
  const auto end =
      reinterpret_cast<uintptr_t>(layout.process_slot(0, 0)) + kMostProcesses * kSlotBytes;
  return frame >= start && frame + 16 <= end && frame % 8 == 0;
}

void backtrace(uintptr_t pc, uintptr_t frame) {
  const SymbolTable symbols;
  for (int depth = 0; depth < kMostFrames; ++depth) {
    const Symbol symbol = symbols.find(pc);
    report("  {:2} {:016x} {}+{:x}\n", depth, pc - program_base(), symbol.name, symbol.offset);
    if (!is_frame(frame)) break;
    const auto* words = reinterpret_cast<const uintptr_t*>(frame);
    pc = words[1];
    if (words[0] <= frame || !is_kernel_text(pc)) break;
    frame = words[0];
  }
}

void print_registers(const sys::MachineContext& m) {
  report("  rax {:016x} rbx {:016x} rcx {:016x} rdx {:016x}\n", m.rax, m.rbx, m.rcx, m.rdx);
  report("  rsi {:016x} rdi {:016x} rbp {:016x} rsp {:016x}\n", m.rsi, m.rdi, m.rbp, m.rsp);
  report("  r8  {:016x} r9  {:016x} r10 {:016x} r11 {:016x}\n", m.r8, m.r9, m.r10, m.r11);
  report("  r12 {:016x} r13 {:016x} r14 {:016x} r15 {:016x}\n", m.r12, m.r13, m.r14, m.r15);
  report("  rip {:016x} flags {:x} trap {} code {:x} address {:016x}\n", m.rip, m.rflags,
         m.trap_number, m.error_code, m.cr2);
}

}  // namespace

void panic_at(const sys::MachineContext& machine, std::string_view message) {
  begin(message);
  print_registers(machine);
  backtrace(machine.rip, machine.rbp);
  ErrorSink errors;
  write_panic_report(errors);
  end_all(kPanicStatus);
}

}  // namespace jacinth::host

namespace jacinth {

void machine_panic(std::string_view message) {
  host::begin(message);
  host::backtrace(reinterpret_cast<uintptr_t>(__builtin_return_address(0)),
                  *static_cast<uintptr_t*>(__builtin_frame_address(0)));
  host::ErrorSink errors;
  write_panic_report(errors);
  host::end_all(host::kPanicStatus);
}

}  // namespace jacinth
