// CPUs signalling each other (hal/cpu.h), and what base/ needs of a machine.
#include "hal/cpu.h"

#include "hal/bare_common/spins.h"
#include "hal/x86_64/apic.h"
#include "hal/x86_64/cpu_local.h"
#include "hal/x86_64/extended_state.h"
#include "hal/x86_64/interrupts.h"
#include "hal/x86_64/io_ports.h"
#include "hal/x86_64/processor.h"
#include "hal/x86_64/trap_frame.h"

namespace jacinth {

[[gnu::noinline]] void spin_relax(unsigned rounds, uintptr_t place) {
  if (place == 0) place = reinterpret_cast<uintptr_t>(__builtin_return_address(0));
  hal::note_spin(rounds, place);
  asm volatile("pause");
}

HeldLocks& current_held_locks() { return x86_64::this_cpu().held_locks; }

}  // namespace jacinth

namespace jacinth::hal {

using x86_64::Cpu;

CpuId current_cpu() {
  CpuId cpu;
  asm volatile("mov %%gs:%c1, %0" : "=r"(cpu) : "i"(CPU_ID));
  return cpu;
}

TlbView& tlb_view(CpuId cpu) { return x86_64::cpus[cpu].tlb; }
void flush_active_space() { x86_64::write_cr3(x86_64::read_cr3()); }

void halt() {
  Cpu& cpu = x86_64::this_cpu();
  x86_64::save_extended(cpu);
  if (cpu.interrupts.load(std::memory_order_relaxed) != 0) return;
  // An interrupt that is pending comes after the instruction that follows STI, so it ends HLT.
  asm volatile("sti\n hlt\n cli" ::: "memory");
}

void send_ipi(CpuId cpu) {
  Cpu& target = x86_64::cpus[cpu];
  if (target.ipi_sent.exchange(true, std::memory_order_acq_rel)) return;
  x86_64::send_interrupt(target.apic_id, x86_64::kIpiVector);
}

void take_interrupts() {
  Cpu& cpu = x86_64::this_cpu();
  x86_64::save_extended(cpu);
  cpu.tlb.catch_up();
  x86_64::refresh_ports(cpu);
  x86_64::run_handlers(cpu);
}

}  // namespace jacinth::hal
