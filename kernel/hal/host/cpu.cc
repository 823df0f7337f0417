// Virtual CPUs signalling each other (hal/cpu.h), and what base/ needs of a machine.
#include "hal/cpu.h"

#include "hal/clock.h"
#include "hal/host/console.h"
#include "hal/host/host_thread.h"
#include "hal/host/layout.h"
#include "hal/host/processes.h"
#include "hal/host/sys.h"
#include "hal/machine.h"
#include "hal/spin_report.h"

namespace jacinth {

void spin_relax(unsigned rounds, uintptr_t) {
  // The holder may be a host thread that shares our host CPU.
  constexpr unsigned kPatience = 100;
  if (rounds < kPatience) {
    asm volatile("pause");
  } else {
    host::sys::call(host::sys::Call::SchedYield);
  }
}

HeldLocks& current_held_locks() { return host::current_thread().held_locks; }

}  // namespace jacinth

namespace jacinth::hal {

using host::HostThread;
using host::Vcpu;
namespace sys = host::sys;

namespace {

// The host takes some 20 us to put a thread to sleep and wake it from another CPU: work that comes
// sooner is not kept waiting.
constexpr Duration kPollingTime = microseconds(10);

bool poll_for_interrupt(Vcpu& cpu) {
  cpu.sleep.store(Vcpu::Sleep::Polling);
  const Instant end = now() + kPollingTime;
  do {
    if (cpu.pending.load() != 0) return true;
    asm volatile("pause");
  } while (now() < end);
  return false;
}

}  // namespace

CpuId cpu_count() { return host::layout.cpus; }

CpuId current_cpu() {
  CpuId cpu;
  asm volatile("mov %%gs:%c1, %0" : "=r"(cpu) : "i"(offsetof(HostThread, cpu)));
  return cpu;
}

void halt() {
  Vcpu& cpu = *host::current_thread().vcpu;
  int64_t timeout = -1;
  if (cpu.timer != kForever) {
    timeout = (cpu.timer - now()).ns;
    if (timeout <= 0) return;
  }
  if (!host::has_host_cpu_for_each() || !poll_for_interrupt(cpu)) {
    // Either a sender sees us asleep and wakes us, or the host sees its mark and does not sleep.
    cpu.sleep.store(Vcpu::Sleep::Asleep);
    sys::futex_wait(&cpu.pending, 0, timeout);
  }
  cpu.sleep.store(Vcpu::Sleep::Awake);
}

void send_ipi(CpuId cpu) {
  Vcpu& target = host::vcpus[cpu];
  // An earlier sender's signal is under way, or the CPU will look before it enters a program.
  if (target.pending.exchange(1) != 0) return;
  const Vcpu::Sleep sleep = target.sleep.load();
  if (sleep == Vcpu::Sleep::Asleep) sys::futex_wake(&target.pending, 1);
  if (sleep != Vcpu::Sleep::Awake) return;
  const HostThread* thread = target.thread.load();
  // A CPU that hands itself over right now looks at `pending` on its next host thread.
  if (thread != nullptr && thread != &host::current_thread())
    sys::send_signal(thread->pid, thread->tid.load(), sys::kSigUsr1);
}

void take_interrupts() {
  Vcpu& cpu = *host::current_thread().vcpu;
  if (cpu.pending.load(std::memory_order_relaxed) == 0) return;
  cpu.pending.exchange(0);
  host::take_console_interrupt();
}

void start_cpus(void (*entry)(CpuId)) {
  for (CpuId id = 1; id < cpu_count(); ++id) host::start_vcpu(id, entry);
}

void write_spin_report(TextSink& out) { out.write("this machine does not count\n"); }

}  // namespace jacinth::hal
