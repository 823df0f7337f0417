#include "hal/bare_common/panic.h"

#include <atomic>

#include "base/check.h"
#include "base/panic_report.h"
#include "hal/bare_common/symbols.h"
#include "hal/console.h"
#include "hal/cpu.h"
#include "hal/machine.h"

namespace jacinth::hal {
namespace {

constexpr int kMostFrames = 32;

constexpr CpuId kNobody = ~CpuId{0};
constinit std::atomic<CpuId> panicking_cpu{kNobody};

template <typename... Args>
void report(FormatString<Args...> format, const Args&... args) {
  char line[256];
  console_write(format_into(line, format, args...));
}

class ConsoleSink final : public TextSink {
 public:
  void write(std::string_view text) override { console_write(text); }
};

// `called`: what `pc` follows is a call, as in all frames but that of a fault.
void backtrace(uintptr_t pc, uintptr_t frame, bool called) {
  for (int depth = 0; depth < kMostFrames; ++depth) {
    // A call that does not return may be a function's last instruction: then the next one follows.
    const uintptr_t inside = depth == 0 && !called ? pc : pc - 1;
    const Symbol symbol = Symbol::find(inside);
    report("  {:2} {:016x} {}+0x{:x}\n", depth, pc, symbol.name(), symbol.offset() + (pc - inside));
    const uintptr_t record = frame_record(frame);
    if (record % 8 != 0 || !is_kernel_stack(record)) break;
    const auto* words = reinterpret_cast<const uintptr_t*>(record);
    pc = words[1];
    // What serves a system call has the program's frame pointer.
    const uintptr_t next = words[0] > frame ? words[0] : program_frame();
    if (next <= frame || !is_kernel_text(pc)) break;
    frame = next;
  }
}

}  // namespace

bool is_panicking() { return panicking_cpu.load(std::memory_order_relaxed) != kNobody; }

void panic_at(std::string_view message, std::string_view registers, uintptr_t pc, uintptr_t frame) {
  CpuId first = kNobody;
  if (!panicking_cpu.compare_exchange_strong(first, current_cpu())) {
    if (first == current_cpu()) end_after_panic();
    stop_this_cpu();
  }
  stop_other_cpus();
  report("\njacinth: panic on CPU {}: {}\n", current_cpu(), message);
  console_write(registers);
  backtrace(pc, frame, registers.empty());
  ConsoleSink console;
  write_panic_report(console);
  end_after_panic();
}

}  // namespace jacinth::hal

namespace jacinth {

void machine_panic(std::string_view message) {
  const auto frame = reinterpret_cast<uintptr_t>(__builtin_frame_address(0));
  hal::panic_at(message, {}, reinterpret_cast<uintptr_t>(__builtin_return_address(0)),
                *reinterpret_cast<uintptr_t*>(hal::frame_record(frame)));
}

}  // namespace jacinth
