// What a CPU has done, in numbers. Each is written by its CPU alone, and read by anybody.
#pragma once

#include <atomic>
#include <cstdint>

namespace jacinth::exec {

// In the order of the names that programs read them under (zircon/counters.h). Rows of different
// CPUs share no cache line.
struct alignas(64) Counters {
  std::atomic<uint64_t> idle_ns{0};     // time spent halted
  std::atomic<uint64_t> interrupts{0};  // polls after an interrupt
  std::atomic<uint64_t> ipis{0};        // other CPUs interrupted, to run something or to look
  std::atomic<uint64_t> steals{0};      // switches to what was taken from another CPU's queue
  std::atomic<uint64_t> switches{0};    // activities resumed
  std::atomic<uint64_t> timers{0};      // deadlines that came
  std::atomic<uint64_t> yields{0};      // slices that ended while others waited
  std::atomic<uint64_t> syscalls{0};
  std::atomic<uint64_t> exceptions{0};  // of user programs, page faults excluded that were resolved
  std::atomic<uint64_t> processes{0};   // started
  std::atomic<uint64_t> threads{0};     // started
  std::atomic<uint64_t> faults{0};      // page faults
};

// Adds to a counter of this CPU: as there is one writer, no locked instruction is needed.
inline void count(std::atomic<uint64_t>& counter, uint64_t more = 1) {
  counter.store(counter.load(std::memory_order_relaxed) + more, std::memory_order_relaxed);
}

}  // namespace jacinth::exec
