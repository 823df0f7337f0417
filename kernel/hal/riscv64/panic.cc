#include "hal/riscv64/panic.h"

#include "base/check.h"
#include "base/print.h"
#include "hal/bare_common/panic.h"
#include "hal/riscv64/csr.h"
#include "hal/riscv64/hart.h"
#include "hal/riscv64/layout.h"
#include "hal/riscv64/power.h"

namespace jacinth::riscv64 {
namespace {

std::string_view cause_name(uint64_t cause, uint64_t value) {
  switch (static_cast<Cause>(cause)) {
    case Cause::IllegalInstruction:
      // The compiler's trap is an instruction of zeros.
      return kChecksEnabled && value == 0 ? "undefined behaviour" : "an illegal instruction";
    case Cause::InstructionPage:
    case Cause::LoadPage:
    case Cause::StorePage:
      return "a page fault";
    case Cause::InstructionMisaligned:
    case Cause::LoadMisaligned:
    case Cause::StoreMisaligned:
      return "a misaligned access";
    default:
      return "a fault";
  }
}

}  // namespace

void kernel_fault(const GeneralRegisters& r, uint64_t cause, uint64_t value) {
  char text[1024];
  BufferSink sink(text);
  format_to(sink, "  pc  {:016x} ra  {:016x} sp  {:016x} gp  {:016x}\n", r.pc, r.ra, r.sp, r.gp);
  format_to(sink, "  tp  {:016x} t0  {:016x} t1  {:016x} t2  {:016x}\n", r.tp, r.t0, r.t1, r.t2);
  format_to(sink, "  s0  {:016x} s1  {:016x} a0  {:016x} a1  {:016x}\n", r.s0, r.s1, r.a[0],
            r.a[1]);
  format_to(sink, "  a2  {:016x} a3  {:016x} a4  {:016x} a5  {:016x}\n", r.a[2], r.a[3], r.a[4],
            r.a[5]);
  format_to(sink, "  a6  {:016x} a7  {:016x} s2  {:016x} s3  {:016x}\n", r.a[6], r.a[7], r.s2,
            r.s3);
  format_to(sink, "  s4  {:016x} s5  {:016x} s6  {:016x} s7  {:016x}\n", r.s4, r.s5, r.s6, r.s7);
  format_to(sink, "  s8  {:016x} s9  {:016x} s10 {:016x} s11 {:016x}\n", r.s8, r.s9, r.s10, r.s11);
  format_to(sink, "  t3  {:016x} t4  {:016x} t5  {:016x} t6  {:016x}\n", r.t3, r.t4, r.t5, r.t6);
  char message[80];
  hal::panic_at(format_into(message, "{} in the kernel, cause {}, value 0x{:x}",
                            cause_name(cause, value), cause, value),
                sink.view(), r.pc, r.s0);
}

}  // namespace jacinth::riscv64

namespace jacinth::hal {

using namespace riscv64;

// A frame pointer is the stack pointer at the function's start; what it kept lies below.
uintptr_t frame_record(uintptr_t frame) { return frame - 16; }
uintptr_t program_frame() { return this_hart().kernel_sp + 16; }

bool is_kernel_text(uintptr_t address) {
  return address >= reinterpret_cast<uintptr_t>(kernel_start) &&
         address < reinterpret_cast<uintptr_t>(text_end);
}

bool is_kernel_stack(uintptr_t address) {
  const uint64_t top = stack_top(current_cpu());
  return address >= top - kStackBytes && address <= top - 16;
}

// There is no interrupt that the kernel would take at once: those in a program or idle stop, and
// others as soon as they look.
void stop_other_cpus() {
  for (CpuId cpu = 0; cpu < cpu_count(); ++cpu)
    if (cpu != current_cpu()) send_ipi(cpu);
}

void stop_this_cpu() { stop_hart(); }

void end_after_panic() {
  end_with_status(kPanicStatus);
  stop_hart();
}

}  // namespace jacinth::hal
