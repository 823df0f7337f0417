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
  while (waiting != 0) {
    const auto cpu = static_cast<CpuId>(__builtin_ctzll(waiting));
    const TlbView& view = tlb_view(cpu);
    for (unsigned rounds = 0; view.reached_.load(std::memory_order_acquire) == this &&
                              view.seen_.load(std::memory_order_acquire) < generation;)
      spin_relax(rounds++);
    waiting &= waiting - 1;
  }
}

void TlbView::catch_up() {
  // Read first: what is taken away after this is for the next time.
  const uint64_t generation = space_->generation();
  flush_active_space();
  note_flushed(generation);
}

}  // namespace jacinth::hal
