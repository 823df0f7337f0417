#include "hal/bare_common/tlb_shootdown.h"

#include "base/lock_rank.h"

namespace jacinth::hal {

void TlbSpace::shoot_down() {
  const uint64_t generation = generation_.fetch_add(1, std::memory_order_seq_cst) + 1;
  uint64_t waiting = 0;
  for (CpuId cpu = 0; cpu < cpu_count(); ++cpu) {
    if (tlb_view(cpu).reached_.load(std::memory_order_seq_cst) != this) continue;
    waiting |= uint64_t{1} << cpu;
    send_ipi(cpu);
  }
  for (; waiting != 0; waiting &= waiting - 1) {
    const TlbView& view = tlb_view(static_cast<CpuId>(__builtin_ctzll(waiting)));
    for (unsigned rounds = 0; view.reached_.load(std::memory_order_acquire) == this &&
                              view.seen_.load(std::memory_order_acquire) < generation;)
      spin_relax(rounds++);
  }
}

bool TlbSpace::has_caught_up(uint64_t generation) const {
  bool all = true;
  for (CpuId cpu = 0; cpu < cpu_count(); ++cpu) {
    const TlbView& view = tlb_view(cpu);
    const bool active = view.space_.load(std::memory_order_seq_cst) == this;
    if (active && view.seen_.load(std::memory_order_acquire) < generation) {
      send_ipi(cpu);
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

}  // namespace jacinth::hal
