#include "base/check.h"
#include "hal/bare_common/panic.h"
#include "hal/bare_common/spins.h"
#include "hal/machine.h"
#include "hal/riscv64/console.h"
#include "hal/riscv64/csr.h"
#include "hal/riscv64/hart.h"
#include "hal/riscv64/layout.h"
#include "hal/riscv64/paging.h"
#include "hal/riscv64/plic.h"
#include "hal/riscv64/power.h"
#include "hal/riscv64/sbi.h"
#include "hal/riscv64/timer.h"

extern "C" const char supervisor_start[];

namespace jacinth::riscv64 {

constinit std::array<Hart, hal::kMaxCpus> harts{};

// What entry.S needs for the one hart that is being started; read at its physical address.
struct HartStart {
  uint64_t satp;
  uint64_t stack;
  Hart* hart;
  void (*entry)();
};
extern "C" constinit HartStart hart_start{};

namespace {

constinit uint32_t cpus = 0;
constinit void (*kernel_entry)(hal::CpuId) = nullptr;
constinit std::atomic<uint32_t> started{1};
constinit std::atomic<bool> leaving{false};  // all harts but one are to stop
// A fault of the kernel itself may mean that its stack is used up, so it is told on another; one at
// a time, as it is the end.
alignas(16) constinit char trap_stack[8192];

void enter_kernel() {
  start_hart();
  started.fetch_add(1);
  kernel_entry(this_hart().cpu);
}

// As the SBI names harts: a mask, and the hart that bit 0 stands for.
uint64_t hart_mask(uint64_t cpu_mask) {
  uint64_t mask = 0;
  for_each_cpu(cpu_mask, [&](Hart& hart) { mask |= uint64_t{1} << hart.id; });
  return mask;
}

}  // namespace

void set_harts(std::span<const uint64_t> ids) {
  for (const uint64_t id : ids) {
    Hart& hart = harts[cpus];
    hart.id = id;
    hart.cpu = cpus++;
    hart.in_company = ids.size() > 1;
  }
}

void start_hart() {
  Hart& hart = this_hart();
  hart.trap_stack = reinterpret_cast<uint64_t>(trap_stack) + sizeof trap_stack;
  constexpr uint64_t kPrevious = 1u << 8 | 1u << 5 | 1u << 1;  // SPP, SPIE, SIE
  clear_csr("sstatus", kPrevious | kFpMask | kVectorMask);
  write_csr("scounteren", uint64_t{7});  // programs may count cycles, time and instructions
  stop_timer();
  start_plic_context(hart);
  write_csr("sie", kSoftware | kTimer | kExternal);
}

void stop_other_harts() {
  leaving.store(true);
  for (hal::CpuId cpu = 0; cpu < cpus; ++cpu) {
    if (cpu == this_hart().cpu) continue;
    // Not hal::send_ipi(), which need not send one that was sent before.
    sbi::call(sbi::kIpi, 0, uint64_t{1} << harts[cpu].id, 0);
    for (unsigned rounds = 0;
         sbi::call(sbi::kHartState, sbi::kHartStatus, harts[cpu].id).value != sbi::kHartStopped;)
      spin_relax(rounds++);
  }
}

void fence_all_instructions() {
  fence_instructions();
  const uint64_t all = ~uint64_t{0} >> (hal::kMaxCpus - cpus);
  const uint64_t others = all & ~cpu_bit(this_hart());
  if (others != 0) sbi::call(sbi::kRemoteFence, sbi::kFenceInstructions, hart_mask(others), 0);
}

}  // namespace jacinth::riscv64

namespace jacinth {

[[gnu::noinline]] void spin_relax(unsigned rounds, uintptr_t place) {
  if (place == 0) place = reinterpret_cast<uintptr_t>(__builtin_return_address(0));
  hal::note_spin(rounds, place);
  asm volatile(".insn i 0x0f, 0, x0, x0, 0x010" ::: "memory");  // pause
}

HeldLocks& current_held_locks() { return riscv64::this_hart().held_locks; }

}  // namespace jacinth

namespace jacinth::hal {

using namespace riscv64;

CpuId cpu_count() { return cpus; }

CpuId current_cpu() {
  CpuId cpu;
  asm volatile("lwu %0, %1(tp)" : "=r"(cpu) : "i"(offsetof(Hart, cpu)));
  return cpu;
}

TlbView& tlb_view(CpuId cpu) { return harts[cpu].tlb; }
void flush_active_space() { flush_user_translations(); }

// With interrupts masked, wfi still ends when one is pending.
void halt() { asm volatile("wfi" ::: "memory"); }

void send_ipi(CpuId cpu) {
  Hart& hart = harts[cpu];
  if (hart.ipi_sent.exchange(true)) return;
  sbi::call(sbi::kIpi, 0, uint64_t{1} << hart.id, 0);
}

void take_interrupts() {
  const uint64_t pending = read_csr("sip");
  if (pending == 0) [[likely]]
    return;
  if (is_panicking()) stop_hart();
  if (leaving.load(std::memory_order_relaxed)) [[unlikely]]
    sbi::call(sbi::kHartState, sbi::kHartStop);
  if ((pending & kSoftware) != 0) {
    clear_csr("sip", kSoftware);
    // Whoever finds it set has made its work visible before, and we look for work after this.
    this_hart().ipi_sent.exchange(false);
    this_hart().tlb.catch_up();
  }
  if ((pending & kTimer) != 0) timer_expired(this_hart());
  if ((pending & kExternal) != 0) take_external_interrupts(this_hart());
}

void start_cpus(void (*entry)(CpuId)) {
  kernel_entry = entry;
  for (CpuId cpu = 1; cpu < cpus; ++cpu) {
    hart_start = {kernel_satp(), stack_top(cpu), &harts[cpu], &enter_kernel};
    std::atomic_thread_fence(std::memory_order_seq_cst);
    const auto answer = sbi::call(sbi::kHartState, sbi::kHartStart, harts[cpu].id,
                                  raw(image_to_phys(supervisor_start)));
    if (answer.error != sbi::kSuccess)
      panic("hart {} does not start: {}", harts[cpu].id, answer.error);
    // The record is the next one's.
    for (unsigned rounds = 0; started.load() != cpu + 1;) spin_relax(rounds++);
  }
}

}  // namespace jacinth::hal
