// Making CPUs forget translations, without ever waiting for a CPU that cannot answer.
//
// The kernel runs with interrupts masked, so a CPU inside it may spin for long on a lock that the
// CPU which wants to unmap something holds: no answer can be waited for there. But user
// translations matter only while a CPU can use them: while a program runs on it, or while it copies
// user memory, when it holds no lock that others wait for. So each CPU says which space it reaches,
// and each space counts its changes:
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
//
// Page tables need more care: the processor may walk those of the active space at any time, on its
// own account. They are freed only once has_caught_up() says that no CPU remembers them.
#pragma once

#include <atomic>
#include <cstdint>

#include "hal/cpu.h"

namespace jacinth::hal {

// The changes of one address space.
class TlbSpace {
 public:
  // Returns when no program and no copy can use a translation that was taken away before the call.
  // Under the space's lock, so that there is one such call at a time. The calling CPU must drop
  // what it holds itself: see TlbView::note_flushed().
  void shoot_down();
  uint64_t generation() const { return generation_.load(std::memory_order_seq_cst); }

  // Whether every CPU has dropped what was taken away before `generation`. Those that have not are
  // interrupted, so that they soon will; nobody waits.
  bool has_caught_up(uint64_t generation) const;

 private:
  std::atomic<uint64_t> generation_{1};
};

// What one CPU may use. Each CPU changes its own.
class TlbView {
 public:
  // Around the switch to the page table of `space` (null: the kernel's alone). What the CPU holds
  // of its translations is then as new as `generation`, which was read in between.
  void begin_switch(TlbSpace* space) {
    switching_.store(true, std::memory_order_seq_cst);
    seen_.store(0, std::memory_order_relaxed);
    space_.store(space, std::memory_order_seq_cst);
  }
  void end_switch(uint64_t generation) {
    seen_.store(generation, std::memory_order_release);
    switching_.store(false, std::memory_order_release);
  }

  TlbSpace* space() const { return space_.load(std::memory_order_relaxed); }
  uint64_t seen() const { return seen_.load(std::memory_order_relaxed); }
  // This CPU has dropped what a shoot_down() of its space took away, and missed none before.
  void note_flushed(uint64_t generation) { seen_.store(generation, std::memory_order_release); }
  // Drops all that is old.
  void catch_up() {
    if (space() != nullptr && space()->generation() != seen()) [[unlikely]]
      flush_all();
  }

  // Between these two, this CPU may use the active space's translations. A machine's only CPU need
  // not call them: it has forgotten by itself all that it must not use.
  void begin_reach() {
    TlbSpace* const mine = space();
    reached_.exchange(mine, std::memory_order_seq_cst);
    if (mine != nullptr && mine->generation() != seen()) [[unlikely]]
      flush_all();
  }
  void end_reach() { reached_.store(nullptr, std::memory_order_release); }

 private:
  friend class TlbSpace;
  void flush_all();

  std::atomic<TlbSpace*> space_{nullptr};
  std::atomic<TlbSpace*> reached_{nullptr};
  std::atomic<uint64_t> seen_{0};
  std::atomic<bool> switching_{false};  // still holds what it knows of the space it leaves
};

// Each machine defines these: a CPU's view, and how this CPU drops all that it holds of its active
// space's translations.
TlbView& tlb_view(CpuId cpu);
void flush_active_space();

}  // namespace jacinth::hal
