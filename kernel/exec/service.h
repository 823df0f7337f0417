// CPUs in service: those that activities run on. The others are at rest.
//
// A CPU that is taken out of service hands its runnable activities and its timers to others, and
// halts. It still takes interrupts, as it may remember translations that it has to forget, and runs
// what those put off; nothing else. The first CPU is always in service.
#pragma once

#include <atomic>
#include <cstdint>

#include "base/intrusive.h"
#include "exec/task.h"
#include "exec/waiter.h"
#include "hal/cpu.h"

namespace jacinth::exec {

// A bit each; bits of CPUs that do not exist mean nothing.
inline constinit std::atomic<uint64_t> cpus_in_service{~uint64_t{0}};

inline bool in_service(hal::CpuId cpu) {
  return (cpus_in_service.load(std::memory_order_relaxed) >> cpu & 1) != 0;
}

// From now on these CPUs, and the first, are in service. Its task ends when all others have come to
// rest, or some that had not are in service again. OK, NO_MEMORY.
Task<Status> put_in_service(uint64_t cpus);

// For the executors. The CPU has nothing left to do, or is about to have something again.
void note_rest(hal::CpuId cpu);
void note_end_of_rest(hal::CpuId cpu);
// A machine begins.
void put_all_in_service();

}  // namespace jacinth::exec
