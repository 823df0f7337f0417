#include "hal/x86_64/tlb_shootdown.h"

#include "base/lock_rank.h"
#include "hal/x86_64/cpu_local.h"
#include "hal/x86_64/processor.h"

namespace jacinth::x86_64 {

void TlbSpace::shoot_down() {
  const uint64_t generation = generation_.fetch_add(1, std::memory_order_seq_cst) + 1;
  uint64_t waiting = 0;
  for (hal::CpuId cpu = 0; cpu < hal::cpu_count(); ++cpu) {
    if (cpus[cpu].tlb.reached_.load(std::memory_order_seq_cst) != this) continue;
    waiting |= uint64_t{1} << cpu;
    hal::send_ipi(cpu);
  }
  for (; waiting != 0; waiting &= waiting - 1) {
    const TlbView& view = cpus[__builtin_ctzll(waiting)].tlb;
    for (unsigned rounds = 0; view.reached_.load(std::memory_order_acquire) == this &&
                              view.seen_.load(std::memory_order_acquire) < generation;)
      spin_relax(rounds++);
  }
}

bool TlbSpace::has_caught_up(uint64_t generation) const {
  bool all = true;
  for (hal::CpuId cpu = 0; cpu < hal::cpu_count(); ++cpu) {
    const TlbView& view = cpus[cpu].tlb;
    const bool active = view.space_.load(std::memory_order_seq_cst) == this;
    if (active && view.seen_.load(std::memory_order_acquire) < generation) {
      hal::send_ipi(cpu);
      all = false;
    }
    // In this order: it says so before it names the space it goes to.
    if (view.switching_.load(std::memory_order_seq_cst)) all = false;
  }
  return all;
}

void TlbView::flush_all() {
  // Read first: what is taken away after this is for the next time.
  const uint64_t generation = space()->generation();
  flush_active_space();
  note_flushed(generation);
}

void flush_active_space() { write_cr3(read_cr3()); }

}  // namespace jacinth::x86_64
