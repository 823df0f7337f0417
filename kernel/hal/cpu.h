// CPUs and how they signal each other.
//
// The kernel runs with interrupts masked. They arrive only in user mode (enter_user() then returns
// UserExit::Reason::Interrupt) and in halt(); handlers run from take_interrupts().
#pragma once

#include <cstdint>

#include "base/units.h"

namespace jacinth::hal {

using CpuId = uint32_t;
inline constexpr CpuId kMaxCpus = 64;

// CPUs that run the executor, 1..kMaxCpus; constant once the kernel has started.
CpuId cpu_count();

// The CPU this code runs on. Never keep it across a co_await: read through volatile assembly, so
// that the compiler cannot keep it for you either.
CpuId current_cpu();

// Sleeps until an interrupt is pending for this CPU or its one-shot timer has expired; returns at
// once when one already is. May return early.
void halt();

// Makes an interrupt pending on `cpu`: wakes it from halt(), or takes it out of user mode. Any
// context.
void send_ipi(CpuId cpu);

// Runs the handlers of the interrupts pending on this CPU (device handlers registered with the
// drivers, TLB maintenance). The executor calls it between activities. Returns quickly when nothing
// is pending.
void take_interrupts();

}  // namespace jacinth::hal
