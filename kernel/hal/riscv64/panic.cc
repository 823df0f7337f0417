#include "hal/riscv64/panic.h"

#include <atomic>

#include "hal/machine.h"
#include "hal/riscv64/console.h"
#include "hal/riscv64/hart.h"
#include "hal/riscv64/layout.h"

namespace jacinth::riscv64 {
namespace {

constexpr int kPanicStatus = 134;  // as a shell reports abort()
constexpr int kMostFrames = 32;

constinit std::atomic<bool> panicking{false};

template <typename... Args>
void report(FormatString<Args...> format, const Args&... args) {
  char line[256];
  panic_write(format_into(line, format, args...));
}

void begin(std::string_view message) {
  if (panicking.exchange(true)) {
    for (;;) asm volatile("wfi");
  }
  report("\njacinth: panic on CPU {}: {}\n", this_hart().cpu, message);
}

// A frame record lies below the frame pointer: the caller's, then the return address.
void backtrace(uint64_t pc, uint64_t frame) {
  const uint64_t stack_start = stack_top(this_hart().cpu) - kStackBytes;
  for (int depth = 0; depth < kMostFrames; ++depth) {
    report("  {:2} {:016x}\n", depth, pc);
    if (frame % 16 != 0 || frame < stack_start + 16 || frame > stack_top(this_hart().cpu)) return;
    const auto* words = reinterpret_cast<const uint64_t*>(frame);
    pc = words[-1];
    if (words[-2] <= frame) return;
    frame = words[-2];
  }
}

}  // namespace

void panic_at(const GeneralRegisters& r, uint64_t cause, uint64_t value) {
  begin("a fault in the kernel");
  report("  cause {} value {:016x} pc {:016x} ra {:016x}\n", cause, value, r.pc, r.ra);
  report("  sp {:016x} gp {:016x} tp {:016x} t0 {:016x}\n", r.sp, r.gp, r.tp, r.t0);
  report("  t1 {:016x} t2 {:016x} s0 {:016x} s1 {:016x}\n", r.t1, r.t2, r.s0, r.s1);
  report("  a0 {:016x} a1 {:016x} a2 {:016x} a3 {:016x}\n", r.a[0], r.a[1], r.a[2], r.a[3]);
  report("  a4 {:016x} a5 {:016x} a6 {:016x} a7 {:016x}\n", r.a[4], r.a[5], r.a[6], r.a[7]);
  report("  s2 {:016x} s3 {:016x} s4 {:016x} s5 {:016x}\n", r.s2, r.s3, r.s4, r.s5);
  report("  s6 {:016x} s7 {:016x} s8 {:016x} s9 {:016x}\n", r.s6, r.s7, r.s8, r.s9);
  report("  s10 {:016x} s11 {:016x} t3 {:016x} t4 {:016x}\n", r.s10, r.s11, r.t3, r.t4);
  report("  t5 {:016x} t6 {:016x}\n", r.t5, r.t6);
  backtrace(r.pc, r.s0);
  hal::power_off(kPanicStatus);
}

}  // namespace jacinth::riscv64

namespace jacinth {

void machine_panic(std::string_view message) {
  riscv64::begin(message);
  riscv64::backtrace(reinterpret_cast<uint64_t>(__builtin_return_address(0)),
                     reinterpret_cast<uint64_t>(__builtin_frame_address(0)));
  hal::power_off(riscv64::kPanicStatus);
}

}  // namespace jacinth
