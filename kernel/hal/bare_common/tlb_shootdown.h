// Making CPUs forget translations, without ever waiting for a CPU that cannot answer.
//
// The kernel runs with interrupts masked, so a CPU inside it may spin for long on a lock that the
// CPU which wants to unmap something holds: no answer can be waited for there. But user
// translations matter only while a CPU can use them: while a program runs on it, or while it copies
// user memory, when it holds no lock. So each CPU says which space it reaches, and each space
// counts its changes:
//
//   the CPU                                  whoever changes the space
//     reached = space                          take the translations away
//     if space.generation != seen: flush       ++space.generation
//     … program or copy …                      for each CPU with reached == space:
//     reached = null                             interrupt it; wait until it has seen the
//                                                generation, or reaches the space no more
//
// Both sides write one word and then read the other's, in sequential consistency: either the CPU
// sees the new generation before it uses anything old, or it is seen and interrupted. A program is
// left at once; a copy ends by itself.
#pragma once

#include <atomic>
#include <cstdint>

#include "hal/cpu.h"

namespace jacinth::hal {

// The changes of one address space, of which each machine's own kind has one.
class TlbSpace {
 public:
  // Returns when no program and no copy can use a translation that was taken away before the call.
  // Under the space's lock, so that there is one such call at a time. The calling CPU must drop
  // what it holds itself: see TlbView::note_flushed(). Page tables are not to be freed on account
  // of it: a CPU that runs the kernel in this space may walk them unasked.
  void shoot_down();
  uint64_t generation() const { return generation_.load(std::memory_order_seq_cst); }

 private:
  std::atomic<uint64_t> generation_{1};
};

// What one CPU may use. Each machine keeps one for each CPU.
class TlbView {
 public:
  // This CPU's page table is now that of `space` (null: the kernel's alone), and all it holds of
  // its translations is as new as `generation`, which was read before.
  void activate(TlbSpace* space, uint64_t generation) {
    space_ = space;
    seen_.store(generation, std::memory_order_relaxed);
  }
  TlbSpace* space() const { return space_; }
  uint64_t seen() const { return seen_.load(std::memory_order_relaxed); }
  // This CPU has dropped what a shoot_down() of its space took away, and missed none before.
  void note_flushed(uint64_t generation) { seen_.store(generation, std::memory_order_release); }

  // Between these two, this CPU may use the active space's translations.
  void begin_reach() {
    reached_.exchange(space_, std::memory_order_seq_cst);
    if (space_ != nullptr && space_->generation() != seen()) [[unlikely]]
      catch_up();
  }
  void end_reach() { reached_.store(nullptr, std::memory_order_release); }

 private:
  friend class TlbSpace;
  void catch_up();

  TlbSpace* space_ = nullptr;
  std::atomic<TlbSpace*> reached_{nullptr};
  std::atomic<uint64_t> seen_{0};
};

// Each machine defines these: a CPU's view, and dropping all that the current CPU holds of its
// active space's translations.
TlbView& tlb_view(CpuId cpu);
void flush_active_space();

}  // namespace jacinth::hal
